/** The journal's export format as entries, from chunks of any size. Pure. See systemd's JOURNAL_EXPORT_FORMATS. */

import { BoundedBytes } from './bounded-bytes.ts'
import type { JournalEntry } from './entry.ts'
import { EntryDraft, valueLimitBytes } from './entry-draft.ts'

export interface Parsed {
  readonly entries: readonly JournalEntry[]
  /** How often something was no entry, and was skipped up to the next empty line. */
  readonly damaged: number
}

/** What the next byte belongs to. */
type State =
  /** A line: a text field, the name of a binary one, or the empty line after an entry. */
  | 'line'
  /** The eight bytes of a binary field's length. */
  | 'length'
  | 'value'
  /** The line end after a binary value. */
  | 'value-end'
  /** Something that is no entry. */
  | 'damage'

const newline = 0x0a
const equals = 0x3d
const lengthBytes = 8
const nameLimitBytes = 64

/** A line is a name, `=` and a value. */
const lineLimitBytes = nameLimitBytes + 1 + valueLimitBytes

/** Takes bytes as they come. A value of any length is read past with bounded memory. */
export class ExportParser {
  #state: State = 'line'
  #draft = new EntryDraft()
  /** What stands before the chunk of the line or the value that it continues. */
  readonly #held = new BoundedBytes(lineLimitBytes)
  /** Of the binary value that is being read. */
  #name = ''
  #missingBytes = 0
  #isAtLineStart = true
  #entries: JournalEntry[] = []
  #damaged = 0

  push(chunk: Buffer): Parsed {
    let at = 0
    while (at < chunk.length) at = this.#step(chunk, at)
    const parsed = { entries: this.#entries, damaged: this.#damaged }
    this.#entries = []
    this.#damaged = 0
    return parsed
  }

  /** Takes some bytes from `at` on; gives the place of the next. */
  #step(chunk: Buffer, at: number): number {
    switch (this.#state) {
      case 'line':
        return this.#line(chunk, at)
      case 'length':
        return this.#length(chunk, at)
      case 'value':
        return this.#value(chunk, at)
      case 'value-end':
        if (chunk[at] === newline) this.#state = 'line'
        else this.#damage(false)
        return at + 1
      case 'damage':
        return this.#skip(chunk, at)
    }
  }

  #line(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(newline, at)
    if (end === -1) {
      this.#held.append(chunk, at, chunk.length)
      return chunk.length
    }
    if (this.#held.length === 0) this.#endLine(chunk, at, end, false)
    else {
      this.#held.append(chunk, at, end)
      const { bytes, length, cut } = this.#held
      this.#endLine(bytes, 0, length, cut)
      this.#held.clear()
    }
    return end + 1
  }

  #endLine(bytes: Buffer, start: number, end: number, cut: boolean): void {
    if (start === end) {
      this.#endEntry()
      return
    }
    const nameEnd = endOfName(bytes, start, end)
    const name = bytes.toString('latin1', start, nameEnd)
    if (!isName.test(name) || (nameEnd < end && bytes[nameEnd] !== equals)) this.#damage(true)
    else if (nameEnd < end) this.#draft.add(name, bytes, nameEnd + 1, end, cut)
    else {
      this.#name = name
      this.#state = 'length'
    }
  }

  #endEntry(): void {
    if (this.#draft.isEmpty) return
    const entry = this.#draft.entry()
    if (entry === undefined) this.#damaged += 1
    else this.#entries.push(entry)
    this.#draft = new EntryDraft()
  }

  #length(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + lengthBytes - this.#held.length)
    this.#held.append(chunk, at, end)
    if (this.#held.length < lengthBytes) return end
    const length = this.#held.bytes.readBigUInt64LE(0)
    this.#held.clear()
    if (length > Number.MAX_SAFE_INTEGER) {
      this.#damage(false)
      return end
    }
    this.#missingBytes = Number(length)
    this.#state = 'value'
    if (this.#missingBytes === 0) this.#endValue(chunk, end, end, false)
    return end
  }

  #value(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#missingBytes)
    this.#missingBytes -= end - at
    if (this.#missingBytes === 0 && this.#held.length === 0) {
      this.#endValue(chunk, at, end, false)
      return end
    }
    this.#held.append(chunk, at, end)
    if (this.#missingBytes === 0) {
      const { bytes, length, cut } = this.#held
      this.#endValue(bytes, 0, length, cut)
      this.#held.clear()
    }
    return end
  }

  #endValue(bytes: Buffer, start: number, end: number, cut: boolean): void {
    this.#draft.add(this.#name, bytes, start, end, cut)
    this.#state = 'value-end'
  }

  /** `isAtLineStart`: the next byte begins a line. */
  #damage(isAtLineStart: boolean): void {
    this.#damaged += 1
    this.#draft = new EntryDraft()
    this.#state = 'damage'
    this.#isAtLineStart = isAtLineStart
  }

  #skip(chunk: Buffer, at: number): number {
    if (this.#isAtLineStart && chunk[at] === newline) {
      this.#state = 'line'
      return at + 1
    }
    const end = chunk.indexOf(newline, at)
    this.#isAtLineStart = end !== -1
    return end === -1 ? chunk.length : end + 1
  }
}

const isName = /^[A-Z0-9_]+$/

/** The place of the `=`, or the end of the line or of the longest name where there is none. */
const endOfName = (bytes: Buffer, start: number, end: number): number => {
  const last = Math.min(end, start + nameLimitBytes)
  let at = start
  while (at < last && bytes[at] !== equals) at += 1
  return at
}
