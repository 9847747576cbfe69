/** What one thread found in a chunk, for another to see: a piece of the memory that they share. */

/** Told of a line in the slot, and where its text lies. */
export type LineVisitor = (offset: number, start: number, end: number) => void

const textBytes = 65_536
const mostLines = 1_024

/** Where the parts of a slot begin, in bytes. */
const wordsAt = 16
const linesAt = wordsAt + 16
const lineWords = 2
const textAt = linesAt + mostLines * lineWords * 4

/** Bytes of one slot, which must begin at a multiple of 8. */
export const slotSize = textAt + textBytes

const word = { done: 0, newlines: 1, lines: 2, count: 4 } as const

export class ChunkSlot {
  /** Where the texts of the lines lie. */
  readonly bytes: Buffer<SharedArrayBuffer>
  /** Start and end. */
  readonly #range: Float64Array<SharedArrayBuffer>
  readonly #words: Int32Array<SharedArrayBuffer>
  /** Of each line its offset from the start, and where its text ends. */
  readonly #lines: Int32Array<SharedArrayBuffer>

  constructor(memory: SharedArrayBuffer, at: number) {
    this.#range = new Float64Array(memory, at, 2)
    this.#words = new Int32Array(memory, at + wordsAt, word.count)
    this.#lines = new Int32Array(memory, at + linesAt, mostLines * lineWords)
    this.bytes = Buffer.from(memory, at + textAt, textBytes)
  }

  /** Offset of the first line. */
  get start(): number {
    return this.#range[0] ?? 0
  }

  /** Offset behind the newline of the last line. */
  get end(): number {
    return this.#range[1] ?? 0
  }

  /** Lines from `start` to `end`, each with its newline. */
  get lineCount(): number {
    return this.#words[word.newlines] ?? 0
  }

  /** The lines that were added, in their order. */
  each(visit: LineVisitor): void {
    const lines = this.#lines
    const from = this.start
    const last = (this.#words[word.lines] ?? 0) * lineWords
    let textStart = 0
    for (let at = 0; at < last; at += lineWords) {
      const textEnd = lines[at + 1] ?? 0
      visit(from + (lines[at] ?? 0), textStart, textEnd)
      textStart = textEnd
    }
  }

  /** Whether it holds what was found in that chunk. Waits for it at most `milliseconds`. Blocks. */
  isFilled(chunk: number, milliseconds: number): boolean {
    const value = Atomics.load(this.#words, word.done)
    if (Math.abs(value) === chunk + 1) return true
    if (milliseconds > 0) Atomics.wait(this.#words, word.done, value, milliseconds)
    return Math.abs(Atomics.load(this.#words, word.done)) === chunk + 1
  }

  /** Of a chunk that fills it: its lines could be seen whole. */
  get isWhole(): boolean {
    return Atomics.load(this.#words, word.done) > 0
  }

  /** Empties it, and has it filled with what is in that chunk by `scan`, which returns whether it could. */
  fill(chunk: number, scan: () => boolean): void {
    this.#words[word.lines] = 0
    this.#words[word.newlines] = 0
    Atomics.store(this.#words, word.done, scan() ? chunk + 1 : -(chunk + 1))
    Atomics.notify(this.#words, word.done)
  }

  begin(offset: number): void {
    this.#range[0] = offset
  }

  /** Adds a line that lies at `start` in `room`; `false` where there is no room for it. */
  add(offset: number, room: Uint8Array, start: number, end: number): boolean {
    const length = end - start
    const count = this.#words[word.lines] ?? 0
    const at = count * lineWords
    // Behind the text of the line before.
    const text = this.#lines[at - 1] ?? 0
    if (count === mostLines || text + length > textBytes) return false
    this.bytes.set(room.subarray(start, start + length), text)
    this.#lines[at] = offset - this.start
    this.#lines[at + 1] = text + length
    this.#words[word.lines] = count + 1
    return true
  }

  /** Counts lines, and says how far those that were seen reach. */
  pass(newlines: number, end: number): void {
    this.#words[word.newlines] = this.lineCount + newlines
    this.#range[1] = end
  }
}
