/** Notices that a file has changed, once it is quiet again. */

import { statSync } from 'node:fs'

export class FileWatch {
  readonly #path: string
  #known: string
  #last: string

  constructor(path: string) {
    this.#path = path
    this.#known = this.#look()
    this.#last = this.#known
  }

  /** True once for each change, when two looks in a row saw the same. */
  changed(): boolean {
    const now = this.#look()
    const quiet = now === this.#last
    this.#last = now
    if (!quiet || now === this.#known || now === '') return false
    this.#known = now
    return true
  }

  #look(): string {
    try {
      const { ino, size, mtimeMs } = statSync(this.#path)
      return `${ino} ${size} ${mtimeMs}`
    } catch {
      // It is not there, or may not be looked at, for now.
      return ''
    }
  }
}
