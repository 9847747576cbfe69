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
  /** Each with an `id` of its own, or without one. */
  #left: readonly FilePlace[]

  constructor(spec: FileSpec, clock: () => Instant, left: readonly FilePlace[]) {
    this.#spec = spec
    this.#clock = clock
    this.#left = left
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
    return this.#left
  }

  /** Closes a file and remembers how far it was read. */
  leave({ file }: Open): void {
    this.#open.delete(file.id)
    const place = file.place()
    // The inode of a file that no name leads to is another file's as soon as this one is closed.
    this.remember(file.unlinked ? { ...place, id: '' } : place)
    file.close()
  }

  remember(place: FilePlace): void {
    const others = this.#left.filter(({ id }) => id === '' || id !== place.id)
    this.#left = [...others, place].slice(-leftLimit)
  }

  /** The place in the file `id` that was left, which is forgotten by this. */
  takeLeft(id: string): FilePlace | undefined {
    const place = this.#left.find((each) => each.id === id)
    if (place !== undefined) this.#left = this.#left.filter((each) => each !== place)
    return place
  }

  close(): void {
    for (const { file } of this.#open.values()) file.close()
    this.#open.clear()
  }
}
