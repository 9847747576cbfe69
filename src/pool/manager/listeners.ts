/** The sockets of a pool: the one that it listens on, and those of earlier settings that processes still have. */

import type { ListenSpec } from '../settings.ts'
import { changePermissions, inheritedAs, type Listener, openListener } from './listener.ts'

/** Another socket, or the same one with other permissions, before it is sure that it will be used. */
export interface Change {
  take(): void
  discard(): void
}

interface Opened {
  /** What it listens on; after an upgrade that need not be what the settings say. */
  readonly spec: ListenSpec
  readonly listener: Listener
}

const nothing = (): void => undefined

export class Listeners {
  #current: Opened
  #earlier: Opened[] = []
  /** One of the earlier that may be used again. */
  #prepared: Listener | undefined

  private constructor(current: Opened) {
    this.#current = current
  }

  /** Rejects with an `Error` that says what cannot be listened on, and why. */
  static async open(spec: ListenSpec): Promise<Listeners> {
    return new Listeners({ spec, listener: await openListener(spec) })
  }

  /** Of a descriptor that an earlier manager has opened as `spec` says. */
  static inherit(spec: ListenSpec, fd: number): Listeners {
    return new Listeners({ spec, listener: inheritedAs(spec, fd) })
  }

  get fd(): number {
    return this.#current.listener.fd
  }

  get address(): string {
    return this.#current.listener.address
  }

  get spec(): ListenSpec {
    return this.#current.spec
  }

  isFor(spec: ListenSpec): boolean {
    return JSON.stringify(spec) === JSON.stringify(this.spec)
  }

  /** Rejects as `open` does. */
  async prepare(spec: ListenSpec): Promise<Change> {
    if (this.isFor(spec)) return { take: nothing, discard: nothing }
    const same = [this.#current, ...this.#earlier].find((opened) => isSameAddress(opened.spec, spec))
    if (same === undefined) {
      const listener = await openListener(spec)
      return { take: () => this.#use({ spec, listener }), discard: () => end(listener) }
    }
    const { listener } = same
    const takeBack =
      spec.kind === 'unix' && same.spec.kind === 'unix' ? changePermissions(spec, same.spec) : nothing
    this.#prepared = listener
    return {
      take: () => this.#use({ spec, listener }),
      discard: () => {
        this.#prepared = undefined
        takeBack()
      },
    }
  }

  #use(opened: Opened): void {
    const others = [this.#current, ...this.#earlier]
    this.#earlier = others.filter(({ listener }) => listener !== opened.listener)
    this.#current = opened
    this.#prepared = undefined
  }

  /** Closes those of earlier settings that no process `uses` any more. */
  closeUnused(uses: (fd: number) => boolean): void {
    const unused = this.#earlier.filter(({ listener }) => listener !== this.#prepared && !uses(listener.fd))
    this.#earlier = this.#earlier.filter((opened) => !unused.includes(opened))
    for (const { listener } of unused) end(listener)
  }

  /** At the end. `current`: that of the present one, too, as no other manager has it. */
  removePaths(current: boolean): void {
    for (const { listener } of this.#earlier) listener.removePath()
    if (current) this.#current.listener.removePath()
  }

  /** Where it cannot even be begun with. */
  close(): void {
    end(this.#current.listener)
  }
}

function isSameAddress(one: ListenSpec, other: ListenSpec): boolean {
  if (one.kind === 'unix' && other.kind === 'unix') return one.path === other.path
  return JSON.stringify(one) === JSON.stringify(other)
}

function end(listener: Listener): void {
  listener.removePath()
  listener.close()
}
