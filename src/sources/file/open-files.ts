/** The files that one source holds open, and those that it left. Decides nothing. */

import type { FileSpec } from '../../config/ruleset.ts'
import type { Instant } from '../../engine/time.ts'
import { type Dating, dating } from '../dating.ts'
import { type LineOrigin, lineOrigin } from '../line-event.ts'
import { FollowedFile } from './followed-file.ts'
import type { FilePlace } from './place.ts'
import type { Followed } from './rotation.ts'
import type { OpenFile } from './sight.ts'

export interface Open {
  readonly file: FollowedFile
  readonly origin: LineOrigin
  readonly dating: Dating
  /** As in `Followed`. */
  active: Instant
}

/** So many files that were left are remembered. */
const leftLimit = 16

export class OpenFiles {
  readonly #spec: FileSpec
  readonly #clock: () => Instant
  /** By inode, in the order of opening: what was rotated away is read before what came in its place. */
  readonly #open = new Map<string, Open>()
  readonly #left: Map<string, FilePlace>

  constructor(spec: FileSpec, clock: () => Instant, left: readonly FilePlace[]) {
    this.#spec = spec
    this.#clock = clock
    this.#left = new Map(left.map((place) => [place.id, place]))
  }

  /** Takes over an open file, to be read from `offset` under the name `path`. */
  follow(file: OpenFile, path: string, offset: number): Open {
    const open: Open = {
      file: new FollowedFile(file, path, offset),
      origin: lineOrigin(this.#spec.name, path),
      dating: dating(this.#spec, this.#clock),
      active: this.#clock(),
    }
    this.#open.set(file.id, open)
    return open
  }

  get(id: string): Open | undefined {
    return this.#open.get(id)
  }

  all(): readonly Open[] {
    return [...this.#open.values()]
  }

  followed(): readonly Followed[] {
    return this.all().map(({ file, active }) => ({
      id: file.id,
      path: file.path,
      unlinked: file.unlinked,
      active,
    }))
  }

  places(): readonly FilePlace[] {
    return this.all().map(({ file }) => file.place())
  }

  left(): readonly FilePlace[] {
    return [...this.#left.values()]
  }

  /** Closes a file and remembers how far it was read. */
  leave({ file }: Open): void {
    this.#open.delete(file.id)
    this.remember(file.place())
    file.close()
  }

  remember(place: FilePlace): void {
    this.#left.delete(place.id)
    this.#left.set(place.id, place)
    for (const oldest of this.#left.keys()) {
      if (this.#left.size <= leftLimit) break
      this.#left.delete(oldest)
    }
  }

  /** The place in the file `id` that was left, which is forgotten by this. */
  takeLeft(id: string): FilePlace | undefined {
    const place = this.#left.get(id)
    this.#left.delete(id)
    return place
  }

  close(): void {
    for (const { file } of this.#open.values()) file.close()
    this.#open.clear()
  }
}
