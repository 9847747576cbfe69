/** Finds the lines of a stretch of bytes that hold one of some literals, without making a string of any other line. Pure. */

import { kernelBase64 } from './kernel-bytes.ts'
import { likelyPair, rarestPair } from './rare-bytes.ts'
import { type LiteralTable, layOut } from './teddy.ts'

/** What `kernel.as` exports; places are addresses in the memory. */
interface Kernel {
  foundStart(): number
  foundEnd(): number
  countNewlines(from: number, end: number): number
  nextNewline(from: number, end: number): number
  startOfLine(from: number, at: number): number
  countPairs(from: number, end: number, first: number, second: number, distance: number): number
  findOne(from: number, end: number, literal: number, length: number, first: number, second: number): number
  findAny(from: number, end: number, masks: number, buckets: number): number
}

/** As much of WebAssembly's interface as is used; the types of the language's own library lack it. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
}

const pageBytes = 65_536
/** The kernel may read so far beyond the end of what it scans. */
const slackBytes = 128
/** So much of what is searched tells which bytes are rare there. */
const sampleBytes = 65_536
const newline = 10

let compiled: object | undefined

/**
 * A room of bytes, to be filled by the caller, in which lines are found. Places are counted from the start of the room. A
 * search without literals finds nothing; it still counts lines and finds their bounds.
 */
export class LineSearch {
  /** To be filled with what is to be searched. */
  readonly room: Uint8Array<ArrayBuffer>
  readonly #kernel: Kernel
  /** Address of the room's first byte. */
  readonly #base: number
  readonly #findFrom: (from: number, end: number) => number

  /** `roomBytes` bytes of room. None of the `literals` may be empty or hold a newline. */
  constructor(literals: readonly Uint8Array[], roomBytes: number) {
    const table = layOut(literals)
    const base = Math.ceil(table.bytes.length / 16) * 16
    const pages = Math.ceil((base + roomBytes + slackBytes) / pageBytes)
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
    new Uint8Array(memory.buffer).set(table.bytes)
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelBase64), (char) => char.charCodeAt(0)))
    this.#kernel = new WebAssembly.Instance(compiled, { env: { memory } }).exports as Kernel
    this.#base = base
    this.#findFrom = finder(this.#kernel, table, literals)
    this.room = new Uint8Array(memory.buffer, base, roomBytes)
  }

  /**
   * Moves to the next line from `from` to before `end` that holds a literal. `from` must be the start of a line; the line's
   * bounds are `lineStart` and `lineEnd`, the place of its newline or `end`.
   */
  find(from: number, end: number): boolean {
    return this.#findFrom(this.#base + from, this.#base + end) >= 0
  }

  get lineStart(): number {
    return this.#kernel.foundStart() - this.#base
  }

  get lineEnd(): number {
    return this.#kernel.foundEnd() - this.#base
  }

  countNewlines(from: number, end: number): number {
    return this.#kernel.countNewlines(this.#base + from, this.#base + end)
  }

  /** The first newline from `from` on; `end` where there is none before. */
  nextNewline(from: number, end: number): number {
    return this.#kernel.nextNewline(this.#base + from, this.#base + end) - this.#base
  }

  /** The start of the line that holds the byte at `at`, at least `from`. */
  startOfLine(from: number, at: number): number {
    return this.#kernel.startOfLine(this.#base + from, this.#base + at) - this.#base
  }
}

function finder(
  kernel: Kernel,
  { masks, buckets, places }: LiteralTable,
  literals: readonly Uint8Array[],
): (from: number, end: number) => number {
  const [only, second] = literals
  if (only === undefined) return () => -1
  if (second !== undefined) return (from, end) => kernel.findAny(from, end, masks, buckets)
  if (only.includes(newline)) throw new Error('a literal with a newline')
  const [place = 0] = places
  let pair = likelyPair(only)
  let isLikely = true
  return (from, end) => {
    if (isLikely && end - from >= sampleBytes) {
      pair = rarestPair(only, ([first, second]) => {
        const last = from + sampleBytes - only.length
        return kernel.countPairs(
          from + first,
          last + first,
          only[first] ?? 0,
          only[second] ?? 0,
          second - first,
        )
      })
      isLikely = false
    }
    return kernel.findOne(from, end, place, only.length, pair[0], pair[1])
  }
}
