/** A part of recorded logs that is to be a file of its own. Pure. */

import type { LogEvent } from '../engine/event.ts'
import { type Rule, specsOf } from '../engine/rule.ts'
import { compileMatch, type Matcher } from '../match/compile-match.ts'

export interface Slice {
  /** Lines of text logs, or entries of the journal. */
  readonly content: 'lines' | 'entries'
  /** As rules see them: one for each source that a line or entry is of. */
  readonly events: readonly LogEvent[]
  /** Each line or entry once, in the order of the log. */
  readonly written: readonly LogEvent[]
}

/** Why what was found cannot be one file. */
export interface MixedSlice {
  readonly content: 'mixed'
  /** The logs that it is of. */
  readonly paths: readonly string[]
}

export interface SlicerOptions {
  /** Only what this rule looks at is wanted; absent: everything is. */
  readonly rule?: Rule | undefined
  /** Whether a line bears a time; it is asked of every line in the order of its log. */
  readonly isDated: (event: LogEvent) => boolean
  /** More lines or entries than this are not taken. */
  readonly most: number
}

/** Takes all events of the slice in order. */
export class Slicer {
  readonly #options: SlicerOptions
  readonly #matchers: readonly Matcher[]
  readonly #events: LogEvent[] = []
  readonly #written: LogEvent[] = []
  readonly #positions = new Set<string>()
  /** By path, or `journal`, the sources that its lines are of. */
  readonly #sources = new Map<string, Set<string>>()
  /** By path, the latest line that bears a time. */
  readonly #dated = new Map<string, LogEvent>()

  constructor(options: SlicerOptions) {
    this.#options = options
    const { rule } = options
    this.#matchers = rule === undefined ? [] : specsOf(rule).map((spec) => compileMatch(spec))
  }

  /** There is more than may be taken. */
  get isFull(): boolean {
    return this.#written.length >= this.#options.most
  }

  take(event: LogEvent): void {
    const path = pathOf(event)
    const isDated = path === undefined || this.#options.isDated(event)
    if (path !== undefined && isDated) this.#dated.set(path, event)
    if (this.isFull || !this.#isWanted(event)) return
    const place = path ?? journal
    const sources = this.#sources.get(place) ?? new Set()
    this.#sources.set(place, sources.add(event.source))
    // A line without a time is of that of the line before it.
    const dating = isDated || path === undefined ? undefined : this.#dated.get(path)
    for (const one of dating === undefined ? [event] : [dating, event]) this.#write(one)
    this.#events.push(event)
  }

  finish(): Slice | MixedSlice {
    const [first, ...others] = [...this.#sources.values()].map((sources) => [...sources].sort().join())
    if (others.some((sources) => sources !== first))
      return { content: 'mixed', paths: [...this.#sources.keys()] }
    return {
      content: this.#sources.has(journal) ? 'entries' : 'lines',
      events: this.#events,
      written: this.#written,
    }
  }

  #isWanted(event: LogEvent): boolean {
    const { rule } = this.#options
    if (rule === undefined) return true
    return (
      rule.sources.includes(event.source) && this.#matchers.some((matches) => matches(event) !== undefined)
    )
  }

  #write(event: LogEvent): void {
    if (this.#positions.has(event.position)) return
    this.#positions.add(event.position)
    this.#written.push(event)
  }
}

const journal = 'the journal'

/** The file of a line; absent of an entry. */
function pathOf({ fields }: LogEvent): string | undefined {
  const path = fields.get('file')
  return typeof path === 'string' ? path : undefined
}
