/**
 * Reads and searches the chunks of one file by several threads, in memory that they share: each thread takes the next chunk
 * that nobody has, and puts what it found into the slot of that chunk.
 */

import { readSync } from 'node:fs'
import { LineSearch, type SharedMemory } from '../../match/scan/line-search.ts'

/** What a thread is given. */
export interface ChunkScanSetting {
  readonly memory: SharedMemory
  readonly literals: readonly string[]
  readonly roomBytes: number
  /** Where in the room the slots begin. */
  readonly slotsAt: number
  /** How the threads agree; zeros at first. */
  readonly control: Int32Array<SharedArrayBuffer>
  readonly fd: number
  /** Offset of the first chunk, the start of a line, and not of the file's first. */
  readonly from: number
  readonly chunkBytes: number
  readonly chunks: number
}

/** The lines that begin in a chunk; places are those in the room. */
export interface ScannedChunk {
  readonly start: number
  /** Behind the newline of the last line. */
  readonly end: number
  /** Of the byte at `start`, from the start of the file. */
  readonly offset: number
  readonly lastStart: number
  /** Before the last line. */
  readonly newlines: number
  /** Start and end of each line before the last that holds a literal, one after the other. */
  readonly found: Int32Array
  /** The start of the first line that has not been searched. */
  readonly searchedTo: number
}

export const slotCount = 3
/** A line that begins in a chunk ends so far behind it, as a rule. */
const lookAheadBytes = 8_192
/** More lines are not noted for one chunk: the one who takes it searches the rest. */
const mostFound = 1_024

const head = { next: 0, taken: 1, stop: 2, size: 4 } as const
const slot = {
  done: 0,
  start: 1,
  end: 2,
  lastStart: 3,
  newlines: 4,
  found: 5,
  searchedTo: 6,
  pairs: 8,
} as const
const slotWords = slot.pairs + 2 * mostFound

export const slotBytes = (chunkBytes: number): number => 1 + chunkBytes + lookAheadBytes
export const newControl = (): Int32Array<SharedArrayBuffer> =>
  new Int32Array(new SharedArrayBuffer((head.size + slotCount * slotWords) * 4))
/** Bytes that must be there from the start of the first chunk on. */
export const bytesOf = (chunks: number, chunkBytes: number): number => chunks * chunkBytes + lookAheadBytes

export class ChunkScan {
  readonly #setting: ChunkScanSetting
  readonly #control: Int32Array<SharedArrayBuffer>
  readonly #search: LineSearch

  constructor(setting: ChunkScanSetting, search?: LineSearch) {
    this.#setting = setting
    this.#control = setting.control
    this.#search =
      search ??
      new LineSearch(
        setting.literals.map((literal) => new TextEncoder().encode(literal)),
        setting.roomBytes,
        setting.memory,
      )
  }

  /** Scans the next chunk; `false` where there is none, or no slot for it. */
  scanNext(): boolean {
    const control = this.#control
    for (;;) {
      const next = Atomics.load(control, head.next)
      const isOver = next >= this.#setting.chunks || Atomics.load(control, head.stop) !== 0
      if (isOver || next - Atomics.load(control, head.taken) >= slotCount) return false
      if (Atomics.compareExchange(control, head.next, next, next + 1) !== next) continue
      this.#scan(next)
      return true
    }
  }

  /** Scans until all is done, or `stop`. Blocks. */
  scanAll(): void {
    const control = this.#control
    for (;;) {
      const taken = Atomics.load(control, head.taken)
      if (this.scanNext()) continue
      if (Atomics.load(control, head.stop) !== 0 || Atomics.load(control, head.next) >= this.#setting.chunks)
        return
      Atomics.wait(control, head.taken, taken)
    }
  }

  /** Whether the chunk is scanned. Waits for it at most `milliseconds`. Blocks. */
  isDone(chunk: number, milliseconds: number): boolean {
    const place = this.#at(chunk, slot.done)
    const value = Atomics.load(this.#control, place)
    if (Math.abs(value) === chunk + 1) return true
    if (milliseconds > 0) Atomics.wait(this.#control, place, value, milliseconds)
    return Math.abs(Atomics.load(this.#control, place)) === chunk + 1
  }

  /** Of a chunk that is done; `undefined` where one of its lines is too long to be seen whole, or it cannot be read. */
  show(chunk: number): ScannedChunk | undefined {
    if (Atomics.load(this.#control, this.#at(chunk, slot.done)) < 0) return undefined
    const word = (which: number): number => this.#control[this.#at(chunk, which)] ?? 0
    const start = word(slot.start)
    const pairs = this.#at(chunk, slot.pairs)
    return {
      start,
      end: word(slot.end),
      offset: this.#offsetOf(chunk) + start - this.#placeOf(chunk),
      lastStart: word(slot.lastStart),
      newlines: word(slot.newlines),
      found: this.#control.subarray(pairs, pairs + word(slot.found)),
      searchedTo: word(slot.searchedTo),
    }
  }

  /** The slot of the chunk may be used for another. */
  take(chunk: number): void {
    Atomics.store(this.#control, head.taken, chunk + 1)
    Atomics.notify(this.#control, head.taken)
  }

  /** All threads leave `scanAll` when they have done what they have in hand. */
  stop(): void {
    Atomics.store(this.#control, head.stop, 1)
    // One that is just going to wait must see a change.
    Atomics.add(this.#control, head.taken, 1)
    Atomics.notify(this.#control, head.taken)
  }

  #scan(chunk: number): void {
    const isWhole = this.#read(chunk) && this.#searchIn(chunk)
    const place = this.#at(chunk, slot.done)
    Atomics.store(this.#control, place, isWhole ? chunk + 1 : -(chunk + 1))
    Atomics.notify(this.#control, place)
  }

  /** The chunk, one byte before it and some behind. */
  #read(chunk: number): boolean {
    const place = this.#placeOf(chunk)
    const length = slotBytes(this.#setting.chunkBytes)
    try {
      for (let done = 0; done < length; ) {
        const added = readSync(
          this.#setting.fd,
          this.#search.room,
          place + done,
          length - done,
          this.#offsetOf(chunk) + done,
        )
        if (added === 0) return false
        done += added
      }
      return true
    } catch {
      // Whoever wants the chunk reads it again, and meets the same.
      return false
    }
  }

  #searchIn(chunk: number): boolean {
    const search = this.#search
    const control = this.#control
    const place = this.#placeOf(chunk)
    const readTo = place + slotBytes(this.#setting.chunkBytes)
    const start = search.nextNewline(place, readTo) + 1
    const end = search.nextNewline(place + this.#setting.chunkBytes, readTo) + 1
    if (end > readTo) return false
    const lastStart = start < end ? search.startOfLine(start, end - 1) : start
    let pairs = this.#at(chunk, slot.pairs)
    const last = pairs + 2 * mostFound
    let at = start
    while (at < lastStart && pairs < last && search.find(at, lastStart)) {
      at = search.lineEnd + 1
      control[pairs++] = search.lineStart
      control[pairs++] = search.lineEnd
    }
    control[this.#at(chunk, slot.start)] = start
    control[this.#at(chunk, slot.end)] = end
    control[this.#at(chunk, slot.lastStart)] = lastStart
    control[this.#at(chunk, slot.newlines)] = search.countNewlines(start, lastStart)
    control[this.#at(chunk, slot.found)] = pairs - this.#at(chunk, slot.pairs)
    control[this.#at(chunk, slot.searchedTo)] = pairs < last ? lastStart : at
    return true
  }

  #at(chunk: number, which: number): number {
    return head.size + (chunk % slotCount) * slotWords + which
  }

  /** Where in the room lies the byte before the chunk. */
  #placeOf(chunk: number): number {
    return this.#setting.slotsAt + (chunk % slotCount) * slotBytes(this.#setting.chunkBytes)
  }

  /** Where in the file. */
  #offsetOf(chunk: number): number {
    return this.#setting.from + chunk * this.#setting.chunkBytes - 1
  }
}
