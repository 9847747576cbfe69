/**
 * Reads and searches one file by several threads, chunk by chunk: each thread takes the next chunk that nobody has, reads it into
 * memory of its own, little enough to stay near its processor, and puts what it found into a slot that all of them share.
 */

import { LineSearch } from '../../match/scan/line-search.ts'
import { lookAheadBytes, roomForBlocks, type Stretch, searchLines } from './chunk-search.ts'
import { ChunkSlot, slotSize } from './chunk-slot.ts'

/** What a thread is given. */
export interface ChunkScanSetting {
  readonly literals: readonly string[]
  /** How the threads agree, and the slots; zeros at first. */
  readonly shared: SharedArrayBuffer
  readonly fd: number
  readonly blockBytes: number
  /** Offset of the first chunk: the start of a line, and not of the file's first. */
  readonly from: number
  readonly chunkBytes: number
  readonly chunks: number
}

/** So many chunks may be scanned before the first of them is taken. */
const slotCount = 8
/** So often a thread that waits for a slot is woken. */
const wakeEvery = 4

const word = { next: 0, taken: 1, stop: 2, left: 3, count: 4 } as const
const slotsAt = word.count * 4

/** Chunks of a file in whose last bytes a line can end. */
export const chunksIn = (bytes: number, chunkBytes: number): number =>
  Math.floor((bytes - lookAheadBytes) / chunkBytes)

export const newShared = (): SharedArrayBuffer => new SharedArrayBuffer(slotsAt + slotCount * slotSize)

export class ChunkScan {
  readonly #setting: ChunkScanSetting
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #slots: readonly ChunkSlot[]
  readonly #search: LineSearch

  constructor(setting: ChunkScanSetting, search?: LineSearch) {
    this.#setting = setting
    this.#words = new Int32Array(setting.shared, 0, word.count)
    this.#slots = Array.from(
      { length: slotCount },
      (_, index) => new ChunkSlot(setting.shared, slotsAt + index * slotSize),
    )
    this.#search =
      search ??
      new LineSearch(
        setting.literals.map((literal) => new TextEncoder().encode(literal)),
        roomForBlocks(setting.blockBytes),
      )
  }

  /** Scans the next chunk; `false` where there is none, or no slot for it. */
  scanNext(): boolean {
    const words = this.#words
    for (;;) {
      const next = Atomics.load(words, word.next)
      const isOver = next >= this.#setting.chunks || Atomics.load(words, word.stop) !== 0
      if (isOver || next - Atomics.load(words, word.taken) >= slotCount) return false
      if (Atomics.compareExchange(words, word.next, next, next + 1) !== next) continue
      const from = this.#endOf(next - 1)
      this.#fill(next, { from, to: this.#endOf(next), isLineStart: false })
      return true
    }
  }

  /** Scans until all is done, or `stop`. Blocks. */
  scanAll(): void {
    const words = this.#words
    for (;;) {
      const taken = Atomics.load(words, word.taken)
      if (this.scanNext()) continue
      if (Atomics.load(words, word.stop) !== 0 || Atomics.load(words, word.next) >= this.#setting.chunks)
        break
      Atomics.wait(words, word.taken, taken)
    }
    Atomics.store(words, word.left, 1)
    Atomics.notify(words, word.left)
  }

  /** Whether another thread has left `scanAll`. Waits for it at most `milliseconds`. Blocks. */
  isLeft(milliseconds: number): boolean {
    Atomics.wait(this.#words, word.left, 0, milliseconds)
    return Atomics.load(this.#words, word.left) === 1
  }

  /** Where the lines of the chunk are, or will be. */
  slotOf(chunk: number): ChunkSlot {
    const slot = this.#slots[chunk % slotCount]
    if (slot === undefined) throw new RangeError(`chunk ${chunk}`)
    return slot
  }

  /** Scans on in a chunk that its slot was too small for; `false` where nothing is left of it. */
  scanRest(chunk: number): boolean {
    const from = this.slotOf(chunk).end
    const to = this.#endOf(chunk)
    if (from >= to) return false
    this.#fill(chunk, { from, to, isLineStart: true })
    return true
  }

  /** The slot of the chunk may be used for another. */
  take(chunk: number): void {
    Atomics.store(this.#words, word.taken, chunk + 1)
    // A thread that waits had filled all slots, and to wake it costs as much as to scan a tenth of one.
    if (chunk % wakeEvery === 0) Atomics.notify(this.#words, word.taken)
  }

  /** All threads leave `scanAll` when they have done what they have in hand. */
  stop(): void {
    Atomics.store(this.#words, word.stop, 1)
    // One that is just going to wait must see a change.
    Atomics.add(this.#words, word.taken, 1)
    Atomics.notify(this.#words, word.taken)
  }

  #fill(chunk: number, stretch: Stretch): void {
    const slot = this.slotOf(chunk)
    slot.fill(chunk, () => searchLines(this.#search, this.#setting, stretch, slot))
  }

  #endOf(chunk: number): number {
    return this.#setting.from + (chunk + 1) * this.#setting.chunkBytes
  }
}
