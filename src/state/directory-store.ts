/** Keeps snapshots in a directory: written beside the old one, synced, then renamed over it. */

import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeDirectory } from './make-directory.ts'
import { formatSnapshot, parseSnapshot } from './snapshot-file.ts'
import type { StateNotice, StateStore } from './state-store.ts'

export interface DirectoryStoreOptions {
  /** Made where it is missing. */
  readonly directory: string
  readonly notify: (notice: StateNotice) => void
  /** For the names of files that are set aside. */
  readonly now: () => Date
}

const current = 'state.json'
const previous = 'state.previous.json'
const unfinished = 'state.new.json'

export function directoryStore(options: DirectoryStoreOptions): StateStore {
  return new DirectoryStore(options)
}

class DirectoryStore implements StateStore {
  readonly #options: DirectoryStoreOptions
  #unsaved = false

  constructor(options: DirectoryStoreOptions) {
    this.#options = options
  }

  load(): unknown {
    for (const name of [current, previous]) {
      const snapshot = this.#read(name)
      if (snapshot !== undefined) return snapshot
    }
    return undefined
  }

  save(snapshot: object): boolean {
    try {
      this.#write(formatSnapshot(snapshot))
    } catch (error) {
      this.#onFailure(error)
      return false
    }
    if (this.#unsaved) this.#tell('saved', `state is kept in ${this.#options.directory} again`)
    this.#unsaved = false
    return true
  }

  #read(name: string): unknown {
    let text: string
    try {
      text = readFileSync(this.#path(name), 'utf8')
    } catch (error) {
      if (codeOf(error) !== 'ENOENT')
        this.#tell('set-aside', `${this.#path(name)} cannot be read (${codeOf(error)})`)
      return undefined
    }
    const reading = parseSnapshot(text)
    if (reading.kind === 'snapshot') return reading.snapshot
    const why =
      reading.kind === 'newer'
        ? `it was written by a newer version (format ${reading.version}); go back to that version to use it`
        : reading.why
    this.#setAside(name, why)
    return undefined
  }

  #setAside(name: string, why: string): void {
    const aside = `${name}.${this.#options.now().toISOString().replaceAll(':', '')}.unusable`
    try {
      renameSync(this.#path(name), this.#path(aside))
      this.#tell('set-aside', `${this.#path(name)} cannot be used: ${why}. It is kept as ${aside}`)
    } catch (error) {
      this.#tell(
        'set-aside',
        `${this.#path(name)} cannot be used: ${why}. It stays where it is (${codeOf(error)})`,
      )
    }
  }

  #write(text: string): void {
    const { directory } = this.#options
    makeDirectory(directory, 0o700)
    const file = openSync(this.#path(unfinished), 'w', 0o600)
    try {
      writeAll(file, Buffer.from(text))
      fdatasyncSync(file)
    } finally {
      closeSync(file)
    }
    rmSync(this.#path(previous), { force: true })
    try {
      linkSync(this.#path(current), this.#path(previous))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
    renameSync(this.#path(unfinished), this.#path(current))
    syncDirectory(directory)
  }

  #onFailure(error: unknown): void {
    if (this.#unsaved) return
    this.#unsaved = true
    this.#tell(
      'unsaved',
      `state cannot be kept in ${this.#options.directory} (${codeOf(error)}): watching goes on, but a restart of the watchdog will ` +
        'forget windows, cooldowns and budgets; free space or make the directory writable',
    )
  }

  #tell(kind: StateNotice['kind'], message: string): void {
    this.#options.notify({ kind, message })
  }

  #path(name: string): string {
    return join(this.#options.directory, name)
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
}

/** A rename is safe from a power cut only when the directory is on disk, too. */
function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)
