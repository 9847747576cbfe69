/** Follows the journal through journalctl, which is started again whenever it ends. */

import { setTimeout } from 'node:timers/promises'
import type { JournalSpec } from '../../config/ruleset.ts'
import type { LogEvent } from '../../engine/event.ts'
import { type Instant, span } from '../../engine/time.ts'
import type { Fields } from '../../match/matchable.ts'
import { type Batch, type Position, type Source, SourceError, type SourceNotice } from '../source.ts'
import type { JournalEntry } from './entry.ts'
import { entryEvent } from './entry-event.ts'
import { type End, journalctl } from './journalctl.ts'
import { noPermission } from './permission.ts'
import { type Place, parsePosition, placeAfter, toPosition } from './place.ts'
import { matchArguments, selectionFields, selector, type UnitsOf } from './selection.ts'

export interface JournalSourceOptions {
  /** Sources of the rule file; one journalctl serves them all. */
  readonly specs: readonly JournalSpec[]
  /** Fields that rules read, besides MESSAGE. */
  readonly fields: ReadonlySet<string>
  readonly unitsOf: UnitsOf
  readonly clock: () => Instant
  /** The program to run; another one in tests. */
  readonly program?: string
}

const firstDelayMs = 100
const longestDelayMs = 10_000
/** A reader that lived so long is taken for healthy: the next delay is the first one again. */
const healthyMs = 10_000
/** How often an empty journal is looked into. */
const emptyDelayMs = 500

export const journalSource = (options: JournalSourceOptions): Source => ({
  name: 'journal',
  read: (after, signal) => new Reader(options, signal).read(after),
})

class Reader {
  readonly #options: JournalSourceOptions
  readonly #program: string
  readonly #signal: AbortSignal
  readonly #names: readonly string[]
  readonly #selectors: readonly { readonly name: string; readonly selects: (fields: Fields) => boolean }[]
  readonly #fieldArgument: string
  readonly #matchArguments: readonly string[]
  #place: Place | undefined
  #delayMs = firstDelayMs
  #notices: SourceNotice[] = []

  constructor(options: JournalSourceOptions, signal: AbortSignal) {
    const { specs, unitsOf, fields } = options
    this.#options = options
    this.#program = options.program ?? 'journalctl'
    this.#signal = signal
    this.#names = specs.map(({ name }) => name)
    this.#selectors = specs.map((spec) => ({ name: spec.name, selects: selector(spec, unitsOf) }))
    const wanted = new Set(['MESSAGE', ...selectionFields(specs, unitsOf), ...fields])
    this.#fieldArgument = `--output-fields=${[...wanted].join(',')}`
    this.#matchArguments = matchArguments(specs, unitsOf)
  }

  async *read(after: Position | undefined): AsyncGenerator<Batch> {
    this.#place = parsePosition(after)
    let isCaughtUp = this.#place === undefined
    this.#place ??= await this.#end()
    if (this.#signal.aborted) return
    yield this.#batch([])
    yield* this.#awaitFirstEntry()
    while (!this.#signal.aborted) {
      const started = performance.now()
      // Following looks only at the current boot: entries of an earlier one are caught up with first.
      if (!isCaughtUp) yield* this.#run([])
      if (this.#signal.aborted) return
      const end = yield* this.#run(['--follow'])
      if (this.#signal.aborted) return
      isCaughtUp = false
      yield* this.#rest(end, performance.now() - started)
    }
  }

  /** The journal's present end. */
  async #end(): Promise<Place> {
    const runs = journalctl(this.#program, ['--lines=1', '--output-fields=_BOOT_ID'], this.#signal)
    let last: JournalEntry | undefined
    for (;;) {
      const next = await runs.next()
      if (next.done) {
        this.#throwUnlessReadable(next.value)
        break
      }
      last = next.value.entries.at(-1) ?? last
    }
    return last === undefined
      ? { realtime: this.#options.clock(), selected: false }
      : { cursor: last.cursor, realtime: last.realtime, selected: false }
  }

  /** In an empty journal there is no place to follow from; whatever comes first is new. */
  async *#awaitFirstEntry(): AsyncGenerator<Batch> {
    while (this.#place?.cursor === undefined && !this.#signal.aborted) {
      const end = await this.#end()
      if (end.cursor !== undefined) {
        yield* this.#run(['--boot=all'])
        this.#place = this.#place?.cursor === undefined ? end : this.#place
        return
      }
      await setTimeout(emptyDelayMs, undefined, { signal: this.#signal }).catch(ended)
    }
  }

  /** Reads from the place on, the entry there included, and drops that one: a cursor to start after may skip another. */
  async *#run(args: readonly string[]): AsyncGenerator<Batch, End> {
    const from = this.#place
    const start = from?.cursor === undefined ? [] : [`--cursor=${from.cursor}`]
    const runs = journalctl(
      this.#program,
      [...args, '--no-tail', this.#fieldArgument, ...start, ...this.#matchArguments],
      this.#signal,
    )
    let isFirst = true
    try {
      for (;;) {
        const next = await runs.next()
        if (next.done) return next.value
        const { entries, damaged } = next.value
        if (damaged > 0)
          this.#tell(
            'damaged',
            `${damaged} entries of the journal could not be read; run journalctl --verify`,
          )
        const [first] = entries
        let fresh = entries
        if (isFirst && first !== undefined) {
          isFirst = false
          if (first.cursor === from?.cursor) fresh = entries.slice(1)
          else if (from?.selected === true) this.#tellGap(from, first)
        }
        const last = fresh.at(-1)
        if (last !== undefined) this.#place = placeAfter(last)
        if (fresh.length > 0 || this.#notices.length > 0) yield this.#batch(fresh)
      }
    } finally {
      await runs.return({ how: 'left', failed: false, missing: false, complaint: '' })
    }
  }

  async *#rest(end: End, livedMs: number): AsyncGenerator<Batch> {
    this.#throwUnlessReadable(end)
    if (livedMs > healthyMs) this.#delayMs = firstDelayMs
    const why = end.complaint === '' ? '' : `: ${end.complaint.split('\n').at(-1)}`
    this.#tell(
      'reader-restarted',
      `journalctl ended (${end.how}${why}); it is started again where it stopped`,
    )
    yield this.#batch([])
    await setTimeout(this.#delayMs, undefined, { signal: this.#signal }).catch(ended)
    this.#delayMs = Math.min(this.#delayMs * 2, longestDelayMs)
  }

  #batch(entries: readonly JournalEntry[]): Batch {
    const events = entries.flatMap((entry): LogEvent[] =>
      this.#selectors.flatMap(({ name, selects }) =>
        selects(entry.fields) ? [entryEvent(name, entry)] : [],
      ),
    )
    const notices = this.#notices
    this.#notices = []
    return { events, notices, position: this.#place === undefined ? null : toPosition(this.#place) }
  }

  #tell(kind: SourceNotice['kind'], message: string): void {
    this.#notices.push({ sources: this.#names, at: this.#options.clock(), kind, message })
  }

  #tellGap(from: Place, first: JournalEntry): void {
    const seconds = Math.max(0, span(from.realtime, first.realtime) / 1_000_000)
    this.#tell(
      'gap',
      `the entry read last is no longer in the journal: entries of up to ${seconds.toFixed(3)} s before ` +
        `${new Date(first.realtime / 1_000).toISOString()} may be missing; keep more of the journal (SystemMaxUse= in journald.conf)`,
    )
  }

  #throwUnlessReadable(end: End): void {
    if (this.#signal.aborted) return
    if (end.missing) {
      throw new SourceError(
        `${this.#program} was not found; rules on the journal need systemd, rules on files do not`,
      )
    }
    const refusal = noPermission(end.complaint, this.#options.unitsOf)
    if (refusal !== undefined) throw new SourceError(refusal)
  }
}

/** An abort ends a wait early; nothing else can. */
const ended = (): void => undefined
