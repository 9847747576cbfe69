/** The sockets of a pool: the one that it listens on, and those of earlier settings that processes still have. */

import type { ListenSpec } from '../settings.ts'
import { inheritedAs, type Listener, openListener } from './listener.ts'

/** Another socket, which is open and not used yet. */
export interface Change {
  take(): void
  discard(): void
}

const noChange: Change = { take: () => undefined, discard: () => undefined }

export class Listeners {
  #current: Listener
  /** What it listens on; after an upgrade that need not be what the settings say. */
  #spec: ListenSpec
  #earlier: Listener[] = []

  private constructor(spec: ListenSpec, current: Listener) {
    this.#spec = spec
    this.#current = current
  }

  /** Rejects with an `Error` that says what cannot be listened on, and why. */
  static async open(spec: ListenSpec): Promise<Listeners> {
    return new Listeners(spec, await openListener(spec))
  }

  /** Of a descriptor that an earlier manager has opened as `spec` says. */
  static inherit(spec: ListenSpec, fd: number): Listeners {
    return new Listeners(spec, inheritedAs(spec, fd))
  }

  get fd(): number {
    return this.#current.fd
  }

  get address(): string {
    return this.#current.address
  }

  get spec(): ListenSpec {
    return this.#spec
  }

  isFor(spec: ListenSpec): boolean {
    return JSON.stringify(spec) === JSON.stringify(this.#spec)
  }

  /** Rejects as `open` does. */
  async prepare(spec: ListenSpec): Promise<Change> {
    if (this.isFor(spec)) return noChange
    const fresh = await openListener(spec)
    return {
      take: () => {
        this.#earlier.push(this.#current)
        this.#current = fresh
        this.#spec = spec
      },
      discard: () => end(fresh),
    }
  }

  /** Closes those of earlier settings that no process `uses` any more. */
  closeUnused(uses: (fd: number) => boolean): void {
    const unused = this.#earlier.filter(({ fd }) => !uses(fd))
    this.#earlier = this.#earlier.filter((listener) => !unused.includes(listener))
    for (const listener of unused) end(listener)
  }

  /** At the end. `current`: that of the present one, too, as no other manager has it. */
  removePaths(current: boolean): void {
    for (const listener of this.#earlier) listener.removePath()
    if (current) this.#current.removePath()
  }
}

function end(listener: Listener): void {
  listener.removePath()
  listener.close()
}
