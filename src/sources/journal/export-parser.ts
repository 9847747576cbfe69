/** The journal's export format as entries, from chunks of any size. Pure. See systemd's JOURNAL_EXPORT_FORMATS. */

import { instant, microseconds } from '../../engine/time.ts'
import type { FieldValue } from '../../match/matchable.ts'
import { type JournalEntry, messageLimit } from './entry.ts'

/** Longest field but MESSAGE that is taken; a longer one is left out. */
const fieldLimit = 64 * 1024
/** Fields that one entry may have; further ones are left out. */
const fieldsLimit = 1_024
/** A field's name has at most 64 bytes, and `=` after it. */
const nameLimit = 65
const newline = 0x0a
const equals = 0x3d
const lengthBytes = 8

export interface Parsed {
  readonly entries: readonly JournalEntry[]
  /** Entries that could not be read. */
  readonly damaged: number
}

/**
 * Takes bytes as they come. A field of any length is read past with bounded memory; what is no entry is counted and
 * skipped up to the next empty line.
 */
export class ExportParser {
  #rest: Buffer = Buffer.alloc(0)
  #draft = new Draft()
  #entries: JournalEntry[] = []
  #damaged = 0
  /** Bytes of an overlong field that are still to come; infinite where only its line end tells. */
  #skip = 0

  push(chunk: Buffer): Parsed {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    for (;;) {
      const next = this.#skip > 0 ? this.#skipOn(bytes, at) : this.#field(bytes, at)
      if (next === undefined) break
      at = next
    }
    this.#rest = this.#skip > 0 ? Buffer.alloc(0) : bytes.subarray(at)
    const parsed = { entries: this.#entries, damaged: this.#damaged }
    this.#entries = []
    this.#damaged = 0
    return parsed
  }

  /** Where the next field begins, or undefined when this one is not there as a whole. */
  #field(bytes: Buffer, at: number): number | undefined {
    if (at >= bytes.length) return undefined
    if (bytes[at] === newline) {
      this.#endEntry()
      return at + 1
    }
    const lineEnd = bytes.indexOf(newline, at)
    const nameEnd = bytes.indexOf(equals, at)
    if (nameEnd >= 0 && (lineEnd < 0 || nameEnd < lineEnd))
      return this.#textField(bytes, at, nameEnd, lineEnd)
    if (lineEnd < 0) {
      if (bytes.length - at <= nameLimit) return undefined
      this.#draft.broken = true
      this.#skip = Number.POSITIVE_INFINITY
      return bytes.length
    }
    return this.#binaryField(bytes, at, lineEnd)
  }

  #textField(bytes: Buffer, at: number, nameEnd: number, lineEnd: number): number | undefined {
    const name = bytes.toString('latin1', at, nameEnd)
    if (lineEnd >= 0) {
      this.#draft.set(name, bytes.subarray(nameEnd + 1, lineEnd), lineEnd - nameEnd - 1)
      return lineEnd + 1
    }
    if (bytes.length - nameEnd <= messageLimit + 1) return undefined
    this.#draft.set(name, bytes.subarray(nameEnd + 1), Number.POSITIVE_INFINITY)
    this.#skip = Number.POSITIVE_INFINITY
    return bytes.length
  }

  /** `NAME`, a line end, eight bytes of length, the value, a line end. */
  #binaryField(bytes: Buffer, at: number, lineEnd: number): number | undefined {
    if (bytes.length < lineEnd + 1 + lengthBytes) return undefined
    const name = bytes.toString('latin1', at, lineEnd)
    const length = Number(bytes.readBigUInt64LE(lineEnd + 1))
    const start = lineEnd + 1 + lengthBytes
    const end = start + length
    if (!isName(name) || length > Number.MAX_SAFE_INTEGER) {
      this.#draft.broken = true
      return lineEnd + 1
    }
    if (bytes.length > end) {
      this.#draft.set(name, bytes.subarray(start, end), length)
      return end + 1
    }
    if (length <= messageLimit || bytes.length - start < messageLimit) return undefined
    this.#draft.set(name, bytes.subarray(start), length)
    this.#skip = end + 1 - bytes.length
    return bytes.length
  }

  #skipOn(bytes: Buffer, at: number): number | undefined {
    if (at >= bytes.length) return undefined
    if (Number.isFinite(this.#skip)) {
      const skipped = Math.min(this.#skip, bytes.length - at)
      this.#skip -= skipped
      return at + skipped
    }
    const lineEnd = bytes.indexOf(newline, at)
    if (lineEnd < 0) return bytes.length
    this.#skip = 0
    return lineEnd + 1
  }

  #endEntry(): void {
    const draft = this.#draft
    if (draft.isEmpty) return
    const entry = draft.entry()
    if (entry === undefined) this.#damaged++
    else this.#entries.push(entry)
    this.#draft = new Draft()
  }
}

/** An entry in the making. */
class Draft {
  readonly #fields = new Map<string, FieldValue>()
  readonly #addresses = new Map<string, string>()
  #cut = false
  broken = false

  get isEmpty(): boolean {
    return this.#fields.size === 0 && this.#addresses.size === 0 && !this.broken
  }

  /** `length` is that of the whole value, of which `bytes` may be only the start. */
  set(name: string, bytes: Buffer, length: number): void {
    if (!isName(name)) {
      this.broken = true
      return
    }
    const isMessage = name === 'MESSAGE'
    if (!isMessage && length > fieldLimit) return
    if (isMessage && length > messageLimit) this.#cut = true
    const value = bytes.toString('utf8', 0, Math.min(bytes.length, messageLimit))
    if (name.startsWith('__')) this.#addresses.set(name, value)
    else if (this.#fields.size < fieldsLimit)
      this.#fields.set(name, withAnother(this.#fields.get(name), value))
  }

  entry(): JournalEntry | undefined {
    const cursor = this.#addresses.get('__CURSOR')
    const realtime = number(this.#addresses.get('__REALTIME_TIMESTAMP'))
    if (this.broken || cursor === undefined || realtime === undefined) return undefined
    const monotonic = number(this.#addresses.get('__MONOTONIC_TIMESTAMP'))
    const boot = this.#fields.get('_BOOT_ID')
    return {
      cursor,
      realtime: instant(realtime),
      monotonic: monotonic === undefined ? undefined : microseconds(monotonic),
      boot: typeof boot === 'string' ? boot : undefined,
      fields: this.#fields,
      cut: this.#cut,
    }
  }
}

const isName = (name: string): boolean => /^[A-Z0-9_]{1,64}$/.test(name)

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined

function withAnother(before: FieldValue | undefined, value: string): FieldValue {
  if (before === undefined) return value
  return typeof before === 'string' ? [before, value] : [...before, value]
}
