/** What the readers of recorded inputs have in common. */

import type { LogEvent } from '../../engine/event.ts'
import type { Instant } from '../../engine/time.ts'
import type { SourceNotice } from '../source.ts'
import type { InputProblem } from './input.ts'

/** A piece of one input, in the order of its lines. */
export interface Part {
  readonly events: readonly LogEvent[]
  readonly notices: readonly SourceNotice[]
  /** Events that are no rule's concern and were passed over among these. */
  readonly skipped?: number
  /** Bytes that were read for it, where the input is a plain file. */
  readonly bytes?: number
}

/** Reads one input to its end; ends with a problem if it cannot be judged at all, before any event. */
export type InputReader = AsyncGenerator<Part, InputProblem | undefined, undefined>

/** So many damaged lines of an input are told of one by one; the rest by their count. */
const toldLimit = 10

/** Collects the notices about damaged lines of one input. */
export class DamageReport {
  readonly #sources: readonly string[]
  readonly #path: string
  #count = 0
  #notices: SourceNotice[] = []

  constructor(path: string, sources: readonly string[]) {
    this.#path = path === '-' ? 'standard input' : path
    this.#sources = sources
  }

  /** `at` is the time near which the line lies; `line` counts from 1. */
  line(line: number, at: Instant, message: string): void {
    this.#count += 1
    if (this.#count <= toldLimit) this.#tell(at, `${this.#path}:${line}: ${message}`)
  }

  /** The input ends before its end. */
  broken(at: Instant, code: string): void {
    this.#tell(at, `${this.#path}: reading failed (${code}); what comes after is missing`)
  }

  end(at: Instant): void {
    const more = this.#count - toldLimit
    if (more > 0) this.#tell(at, `${this.#path}: ${more} more damaged lines`)
  }

  take(): readonly SourceNotice[] {
    const notices = this.#notices
    this.#notices = []
    return notices
  }

  #tell(at: Instant, message: string): void {
    this.#notices.push({ sources: this.#sources, at, kind: 'damaged', message })
  }
}
