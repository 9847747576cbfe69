/** Follows the journal through one journalctl for all journal sources, which is started again whenever it ends. */

import type { JournalSpec } from '../../config/ruleset.ts'
import type { LogEvent } from '../../engine/event.ts'
import type { Instant } from '../../engine/time.ts'
import type { ChildEnd } from '../../platform/child-process.ts'
import { pause } from '../../platform/pause.ts'
import { type Batch, type Position, type Source, SourceError, type SourceNotice } from '../source.ts'
import { DeliveryCheck } from './delivery.ts'
import type { JournalEntry } from './entry.ts'
import { endWords, type Failure } from './failure.ts'
import { Journalctl, type Sight } from './journalctl.ts'
import { isSameEntry, type Place, parsePosition, toPosition } from './place.ts'
import { readOn } from './reading.ts'
import { Restarts } from './restarts.ts'
import { type Routed, router, suppressionFields } from './routing.ts'
import { contradictory, hasPatterns, matchArguments, selectionFields, type UnitsOf } from './selection.ts'

export interface JournalSourceOptions {
  /** `journal` unless told: there may be several. */
  readonly name?: string
  /** Sources of the rule file. */
  readonly specs: readonly JournalSpec[]
  /** Fields that rules read, besides MESSAGE. */
  readonly fields: ReadonlySet<string>
  readonly unitsOf: UnitsOf
  readonly clock: () => Instant
  /** The program; `journalctl` of the PATH unless told. */
  readonly journalctl?: string
  /** Further arguments, such as `--directory=DIR`. */
  readonly extraArgs?: readonly string[]
  /** How long it may be silent before its place in the journal is renewed; an hour unless told. */
  readonly silenceMs?: number
  /** How often units that fit a pattern are looked for; every ten seconds unless told. */
  readonly lookMs?: number
}

/**
 * A source of the entries that `specs` select, each an event for every one of them.
 *
 * Without a position it begins at the journal's present end; with one, behind the entry that was read last. Every entry
 * comes once. When journalctl ends, another goes on behind the last entry.
 */
export const journalSource = (options: JournalSourceOptions): Source => {
  let reader: JournalReader | undefined
  return {
    name: options.name ?? 'journal',
    read: (after, signal) => {
      reader = new JournalReader(options, signal)
      return reader.read(after)
    },
    stall: async () => reader?.stall(),
  }
}

/** Why a reader has stopped. */
type Stop =
  | { readonly kind: 'ended'; readonly end: ChildEnd }
  | ({ readonly kind: 'unreadable' } & Failure)
  /** There is nothing wrong: it was told to, or nothing has come for a long time. */
  | { readonly kind: 'stopped' }

const hourMs = 3_600_000
const lookLimitMs = 5_000
/** A reader that fails so often at one place cannot get past it. */
const fruitlessLimit = 5

class JournalReader {
  readonly #options: JournalSourceOptions
  readonly #signal: AbortSignal
  readonly #journalctl: Journalctl
  /** Units that are known to fit a pattern, or may. */
  #units: readonly string[] = []
  readonly #fields: ReadonlySet<string>
  readonly #route: (entries: readonly JournalEntry[]) => Routed
  readonly #restarts = new Restarts()
  #place: Place | undefined
  #wasReadable = false
  #isUnavailable = false
  #fruitless = 0
  /** How many journalctl have been read. */
  #readings = 0
  readonly #delivery = new DeliveryCheck()

  constructor(options: JournalSourceOptions, signal: AbortSignal) {
    const { specs, unitsOf, fields, journalctl: program = 'journalctl', extraArgs = [] } = options
    this.#options = options
    this.#signal = signal
    this.#journalctl = new Journalctl({ program, extraArgs, unitsOf })
    this.#fields = new Set(['MESSAGE', ...suppressionFields, ...selectionFields(specs, unitsOf), ...fields])
    this.#route = router(specs, unitsOf)
  }

  async *read(after: Position | undefined): AsyncGenerator<Batch> {
    this.#checkSpecs()
    this.#place = after === undefined ? undefined : parsePosition(after)
    let notices =
      after === undefined || this.#place !== undefined
        ? []
        : [this.#notice('gap', 'the stored position is not understood; reading begins at the present end')]
    while (!this.#signal.aborted) {
      const [place, started] = [this.#place, performance.now()]
      const stop = yield* this.#live(notices)
      if (this.#signal.aborted) return
      const isFruitless = stop.kind === 'ended' && isFailure(stop.end) && this.#place === place
      this.#fruitless = isFruitless ? this.#fruitless + 1 : 0
      yield* this.#rest(stop, performance.now() - started)
      notices = []
    }
  }

  /** Judges the journalctl that is being read now. */
  async stall(): Promise<string | undefined> {
    const now = { reading: this.#readings, place: this.#place }
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(lookLimitMs)])
    const newest = await this.#journalctl.newest(this.#matches(this.#units), signal)
    return this.#delivery.isStalled(now, newest)
      ? `source ${this.#names().join(', ')}: journalctl does not deliver entries that are in the journal`
      : undefined
  }

  #checkSpecs(): void {
    const names = contradictory(this.#options.specs, this.#options.unitsOf)
    if (names.length > 0)
      throw new SourceError(`no entry can be what ${names.join(', ')} asks for: one field cannot be both`)
  }

  /** Finds the place to go on from, catches up with the present and follows, until something stops it. */
  async *#live(notices: readonly SourceNotice[]): AsyncGenerator<Batch, Stop> {
    const end = await this.#journalctl.look(this.#signal)
    if (end.kind === 'unreadable') return end
    if (hasPatterns(this.#options.specs)) this.#units = await this.#journalctl.units(this.#signal)
    if (this.#place === undefined) {
      this.#place = this.#placeOf(end)
      yield this.#batch([...notices, ...this.#availability()])
    } else {
      const mended = await this.#mend(this.#place, end)
      if ('kind' in mended) return mended
      yield this.#batch([...this.#availability(), ...mended])
      const place = this.#place
      // --follow shows nothing of earlier boots.
      const stop = yield* this.#read([])
      if (stop.kind !== 'ended' || isFailure(stop.end)) return stop
      // Nothing up to `end` is selected: a place there is not lost when old entries go.
      if (this.#place === place) this.#place = this.#placeOf(end)
      yield { ...this.#batch([]), caughtUp: true }
    }
    return yield* this.#read(['--follow', '--no-tail'])
  }

  async *#read(args: readonly string[]): AsyncGenerator<Batch, Stop> {
    this.#readings++
    const grown = this.#watchUnits()
    const parts = readOn({
      journalctl: this.#journalctl,
      args: [...args, ...this.#matches(this.#units)],
      fields: this.#fields,
      from: this.#place?.cursor,
      silenceMs: this.#options.silenceMs ?? hourMs,
      signal: AbortSignal.any([this.#signal, grown.signal]),
    })
    try {
      for (;;) {
        const part = await parts.next()
        if (part.done)
          return part.value === 'stopped' ? { kind: 'stopped' } : { kind: 'ended', end: part.value }
        const { entries, damaged } = part.value
        const last = entries.at(-1)
        if (last !== undefined) this.#place = last
        const { events, notices } = this.#route(entries)
        yield this.#batch([...this.#damage(damaged), ...notices], events)
      }
    } finally {
      grown.end()
      await parts.return('stopped')
    }
  }

  #matches(units: readonly string[]): readonly string[] {
    return matchArguments(this.#options.specs, this.#options.unitsOf, units)
  }

  /** Its signal aborts when another unit fits a pattern: what it has logged is then read from the last place on. */
  #watchUnits(): { readonly signal: AbortSignal; readonly end: () => void } {
    const { specs, lookMs = 10_000 } = this.#options
    const grown = new AbortController()
    const ended = new AbortController()
    const watch = async (): Promise<void> => {
      const known = this.#matches(this.#units).join('\n')
      while (!ended.signal.aborted && !grown.signal.aborted) {
        await pause(lookMs, ended.signal)
        if (ended.signal.aborted) return
        const units = await this.#journalctl.units(ended.signal)
        if (!ended.signal.aborted && this.#matches(units).join('\n') !== known) grown.abort()
      }
    }
    if (hasPatterns(specs)) void watch()
    return { signal: grown.signal, end: () => ended.abort() }
  }

  /** Tells where entries are lost at the place, which is moved where there is no going on from it. */
  async #mend(place: Place, end: Seen): Promise<readonly SourceNotice[] | Stop> {
    if (this.#fruitless >= fruitlessLimit) {
      this.#fruitless = 0
      this.#place = this.#placeOf(end)
      const span = `${iso(place.realtime)} and ${iso(this.#place.realtime)}`
      return [
        this.#notice('gap', `journalctl cannot read what was logged between ${span}; it is passed over`),
      ]
    }
    if (place.cursor === undefined) return []
    const found = await this.#journalctl.look(this.#signal, place.cursor)
    if (found.kind === 'unreadable') {
      if (!found.message.includes('seek to cursor')) return found
      this.#place = this.#placeOf(end)
      return [this.#notice('gap', `the stored position is refused; reading begins at the present end`)]
    }
    if (found.kind === 'entry' && isSameEntry(found.entry.cursor, place.cursor)) return []
    const until = found.kind === 'entry' ? iso(found.entry.realtime) : 'now'
    const message =
      'the entry that was read last is no longer in the journal: ' +
      `entries between ${iso(place.realtime)} and ${until} may be missing (SystemMaxUse= in journald.conf keeps more)`
    return [this.#notice('gap', message)]
  }

  /** Tells why it has stopped and waits until it is time to try again. */
  async *#rest(stop: Stop, livedMs: number): AsyncGenerator<Batch> {
    if (stop.kind === 'stopped') return
    const { delayMs, inRow, isTold } = this.#restarts.after(livedMs)
    if (stop.kind === 'unreadable') {
      if (stop.forGood && !this.#wasReadable) throw new SourceError(stop.message)
      if (!this.#isUnavailable)
        yield this.#batch([this.#notice('unavailable', `${stop.message}; trying again`)])
      this.#isUnavailable = true
    } else if (isTold) {
      const times = inRow === 1 ? '' : `, for the ${inRow}th time in a row`
      const message = `journalctl ended (${endWords(stop.end)})${times}; reading goes on behind the last entry in ${delayMs} ms`
      yield this.#batch([this.#notice('reader-restarted', message)])
    }
    await pause(delayMs, this.#signal)
  }

  #availability(): readonly SourceNotice[] {
    const notices = this.#isUnavailable ? [this.#notice('available', 'the journal is read again')] : []
    this.#isUnavailable = false
    this.#wasReadable = true
    return notices
  }

  #damage(count: number): readonly SourceNotice[] {
    if (count === 0) return []
    const message = `${count} entries could not be read and are skipped; journalctl --verify tells more`
    return [this.#notice('damaged', message)]
  }

  #placeOf(seen: Seen): Place {
    return seen.kind === 'entry' ? seen.entry : { realtime: this.#options.clock() }
  }

  #batch(notices: readonly SourceNotice[], events: readonly LogEvent[] = []): Batch {
    return { events, notices, position: this.#place === undefined ? null : toPosition(this.#place) }
  }

  #notice(kind: SourceNotice['kind'], message: string): SourceNotice {
    return { sources: this.#names(), at: this.#options.clock(), kind, message }
  }

  #names(): readonly string[] {
    return this.#options.specs.map(({ name }) => name)
  }
}

type Seen = Exclude<Sight, { readonly kind: 'unreadable' }>

const isFailure = (end: ChildEnd): boolean => end.kind !== 'exited' || end.status !== 0

const iso = (at: Instant): string => new Date(at / 1_000).toISOString()
