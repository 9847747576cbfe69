/** Keeps threads in a directory, a file for each: written beside the old one, synced, then renamed over it. */

import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory } from '../state/make-directory.ts'
import type { AlertNotice } from './notice.ts'
import { type Outbox, thread as threadSchema } from './outbox.ts'
import type { Thread } from './thread.ts'

export interface DirectoryOutboxOptions {
  /** Made where it is missing. */
  readonly directory: string
  readonly notify: (notice: AlertNotice) => void
}

/** Files that are written at the same time. */
const writers = 4
const suffix = '.json'
const unfinished = '.new'

export const directoryOutbox = (options: DirectoryOutboxOptions): Outbox => new DirectoryOutbox(options)

class DirectoryOutbox implements Outbox {
  readonly #options: DirectoryOutboxOptions
  /** By id: what is to be written, or removed. */
  #changed = new Map<string, Thread | undefined>()
  #writing: ReadonlyMap<string, Thread | undefined> = new Map()
  #current: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined
  #failing = false

  constructor(options: DirectoryOutboxOptions) {
    this.#options = options
  }

  load(): readonly Thread[] {
    const { directory } = this.#options
    try {
      return readdirSync(directory).flatMap((name) => this.#read(name))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#tell('unusable', `${directory} cannot be read (${codeOf(error)})`)
      return []
    }
  }

  put(thread: Thread): Promise<void> {
    return this.#change(thread.id, thread)
  }

  remove(id: string): Promise<void> {
    return this.#change(id, undefined)
  }

  unkept(): readonly Thread[] {
    const all = [...new Map([...this.#writing, ...this.#changed]).values()]
    return all.filter((thread) => thread !== undefined)
  }

  /** What changes while files are written is written next, all of it together. */
  #change(id: string, thread: Thread | undefined): Promise<void> {
    this.#changed.set(id, thread)
    this.#next ??= this.#current.then(() => {
      this.#next = undefined
      this.#current = this.#writeChanged()
      return this.#current
    })
    return this.#next
  }

  async #writeChanged(): Promise<void> {
    const { directory } = this.#options
    this.#writing = this.#changed
    this.#changed = new Map()
    const left = [...this.#writing].reverse()
    let failure: unknown
    const writer = async (): Promise<void> => {
      for (let one = left.pop(); one !== undefined; one = left.pop()) await this.#write(...one)
    }
    try {
      makeDirectory(directory, 0o700)
      const ends = await Promise.allSettled(Array.from({ length: writers }, writer))
      for (const end of ends) if (end.status === 'rejected') failure ??= end.reason
      await syncDirectory(directory)
    } catch (error) {
      failure = error
    }
    if (failure !== undefined) {
      this.#fail(failure)
      // It is tried again with the next change.
      this.#changed = new Map([...this.#writing, ...this.#changed])
    } else if (this.#failing) {
      this.#failing = false
      this.#tell('saved', `alerts are kept in ${directory} again`)
    }
    this.#writing = new Map()
  }

  async #write(id: string, thread: Thread | undefined): Promise<void> {
    const path = join(this.#options.directory, `${id}${suffix}`)
    if (thread === undefined) return await rm(path, { force: true })
    const file = await open(`${path}${unfinished}`, 'w', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(thread)}\n`)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(`${path}${unfinished}`, path)
  }

  #read(name: string): readonly Thread[] {
    const path = join(this.#options.directory, name)
    if (name.endsWith(unfinished)) rmSync(path)
    if (!name.endsWith(suffix)) return []
    const { success, data } = threadSchema.safeParse(parse(readFileSync(path, 'utf8')))
    if (success && name === `${data.id}${suffix}`) return [data]
    renameSync(path, `${path}.unusable`)
    this.#tell('unusable', `${path} is no alert as it is kept; it is put aside as ${name}.unusable`)
    return []
  }

  #fail(error: unknown): void {
    if (this.#failing) return
    this.#failing = true
    this.#tell(
      'unsaved',
      `alerts cannot be kept in ${this.#options.directory} (${codeOf(error)}): they are delivered all the same, but a restart of the ` +
        'watchdog will forget those that wait; free space or make the directory writable',
    )
  }

  #tell(kind: AlertNotice['kind'], message: string): void {
    this.#options.notify({ kind, message })
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A rename is safe from a power cut only when the directory is on disk, too. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
