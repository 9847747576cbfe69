/** Reads dumps of the journal, and journal files through journalctl: every entry an event for each source that selects it. */

import type { JournalSpec } from '../../config/ruleset.ts'
import type { LogEvent } from '../../engine/event.ts'
import type { Instant } from '../../engine/time.ts'
import type { ChildEnd } from '../../platform/child-process.ts'
import type { JournalEntry } from '../journal/entry.ts'
import { ExportParser } from '../journal/export-parser.ts'
import type { Reading } from '../journal/journalctl.ts'
import { parseJournalJson } from '../journal/json-entry.ts'
import { router, suppressionFields } from '../journal/routing.ts'
import { hasPatterns, matchArguments, selectionFields } from '../journal/selection.ts'
import { lineSplitter } from '../lines.ts'
import type { SourceNotice } from '../source.ts'
import { chunksOf } from './bytes.ts'
import { type JournalFiles, problem, type RecordedInput, reasonOf } from './input.ts'
import { DamageReport, type InputReader, type Part } from './part.ts'
import type { Period } from './period.ts'

/** An entry may be several times as long as a line of text: bytes that are not UTF-8 are written as numbers. */
const entryLimitBytes = 16_777_216
const chunkBytes = 262_144

/** Takes bytes of a dump, and gives the entries in them; at the end, too. */
interface DumpParser {
  push(chunk: Buffer, take: (entry: JournalEntry, offset: number) => void): void
  end(take: (entry: JournalEntry, offset: number) => void): void
}

export async function* readJournal(
  { path, reference, bytes, content }: RecordedInput,
  sources: readonly JournalSpec[],
): InputReader {
  const damage = new DamageReport(
    path,
    sources.map(({ name }) => name),
  )
  let latest: Instant = reference
  const parser = content === 'export' ? exportDump(damage, () => latest) : jsonDump(damage, () => latest)
  const route = routing(path, sources)
  let events: LogEvent[] = []
  let notices: SourceNotice[] = []
  const take = (entry: JournalEntry, offset: number): void => {
    latest = entry.realtime
    route(entry, offset, events, notices)
  }
  try {
    for await (const chunk of chunksOf(bytes, chunkBytes)) {
      parser.push(chunk, take)
      yield { events, notices: [...damage.take(), ...notices] }
      events = []
      notices = []
    }
  } catch (error) {
    damage.broken(latest, reasonOf(error))
  }
  parser.end(take)
  damage.end(latest)
  yield { events, notices: [...damage.take(), ...notices] }
  return undefined
}

export interface JournalFilesOptions {
  /** Those that rules read, besides the message. */
  readonly fields: ReadonlySet<string>
  readonly period: Period
  /** A message that holds none of them is wanted by no rule; absent: every one may be. */
  readonly literals?: readonly string[] | undefined
  /** When nothing else is known of the time. */
  readonly reference: Instant
}

/** So many entries are read before journalctl is started again to leave some out: where there are no more it would be in vain. */
const mostUnfiltered = 2_000

/**
 * With `literals` journalctl itself leaves out what no rule wants, but for the first entries and the last one, which tell how much
 * time there is.
 */
export async function* readJournalFiles(
  { path, args }: JournalFiles,
  sources: readonly JournalSpec[],
  { fields, period, literals, reference }: JournalFilesOptions,
): InputReader {
  // Loaded where it is needed: most logs are not of the journal.
  const { Journalctl } = await import('../journal/journalctl.ts')
  const journalctl = new Journalctl({ program: 'journalctl', extraArgs: args, unitsOf: 'system' })
  const wanted = new Set(['MESSAGE', ...suppressionFields, ...selectionFields(sources, 'system'), ...fields])
  const units = hasPatterns(sources) ? await journalctl.units(new AbortController().signal) : []
  const since = period.since === undefined ? [] : [`--since=${seconds(period.since)}`]
  const selection = [
    ...(period.until === undefined ? [] : [`--until=${seconds(period.until)}`]),
    ...matchArguments(sources, 'system', units),
  ]
  const grep = literals === undefined ? [] : grepArguments(literals)
  const read = (...more: readonly string[]): Reading => journalctl.read([...more, ...selection], wanted)
  const damage = new DamageReport(
    path,
    sources.map(({ name }) => name),
  )
  const route = routing(path, sources)
  let latest: Instant = reference
  let previous: string | undefined
  let isEmpty = true
  const part = (entries: readonly JournalEntry[]): Part => {
    const events: LogEvent[] = []
    const notices: SourceNotice[] = []
    for (const entry of entries) {
      if (entry.cursor !== previous) route(entry, 0, events, notices)
      previous = entry.cursor
      latest = entry.realtime
    }
    isEmpty = false
    return { events, notices: [...damage.take(), ...notices] }
  }

  let end = yield* all(read(...since), grep.length > 0 ? mostUnfiltered : Number.POSITIVE_INFINITY)
  if (end === undefined) {
    const rest = () => [`--after-cursor=${previous}`]
    end = yield* all(read(...grep, ...rest()))
    // It may have been built without patterns.
    if (!isWhole(end) && /pattern/i.test(end?.complaint ?? '')) end = yield* all(read(...rest()))
    // It ends so, without a word, when nothing was found.
    else if (end?.kind === 'exited' && end.complaint === '') end = { ...end, status: 0 }
    // From the end on: else with a start it would be the first from there on, and with an end there would be none (systemd 252).
    yield* all(read('--reverse', '--lines=1', ...since))
  }
  if (!isWhole(end)) {
    const [line = 'journalctl failed'] = end?.complaint.trim().split('\n') ?? []
    if (isEmpty) return problem('unreadable', path, `${path} cannot be read: ${line}`)
    damage.broken(latest, line)
  }
  yield { events: [], notices: damage.take() }
  return undefined

  /** What journalctl prints, to its end, or until it was `most` entries: then the end is `undefined`. */
  async function* all(
    child: Reading,
    most = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<Part, ChildEnd | undefined, undefined> {
    let count = 0
    try {
      for await (const { entries, damaged } of child.parts) {
        if (damaged > 0) damage.line(0, latest, `${damaged} entries could not be read; skipped`)
        yield part(entries)
        count += entries.length
        if (count >= most) return undefined
      }
      return await child.ended
    } finally {
      await child.stop()
    }
  }
}

const isWhole = (end: ChildEnd | undefined): boolean => end?.kind === 'exited' && end.status === 0

/** More alternatives cost journalctl more than the entries that they leave out. */
const mostAlternatives = 50

/** What journald says of messages that it dropped is wanted, too. */
function grepArguments(literals: readonly string[]): readonly string[] {
  if (literals.length > mostAlternatives) return []
  const alternatives = [...literals, 'Suppressed '].map((literal) =>
    literal.replace(/[^\p{L}\p{N}]/gu, '\\$&'),
  )
  // A pattern in lower case would be taken for one of any case.
  return [`--grep=${alternatives.join('|')}`, '--case-sensitive=yes']
}

/** As journalctl takes it, to the microsecond. */
const seconds = (at: Instant): string =>
  `@${Math.floor(at / 1_000_000)}.${String(at % 1_000_000).padStart(6, '0')}`

const routing = (path: string, sources: readonly JournalSpec[]) => {
  const route = router(sources, 'system')
  return (entry: JournalEntry, offset: number, events: LogEvent[], notices: SourceNotice[]): void => {
    const routed = route([entry])
    notices.push(...routed.notices)
    for (const event of routed.events) {
      // A dump that was filtered by other tools may have lost its cursors.
      events.push(entry.cursor === '' ? { ...event, position: `${path}:${offset}` } : event)
    }
  }
}

function jsonDump(damage: DamageReport, latest: () => Instant): DumpParser {
  const splitter = lineSplitter(0, entryLimitBytes)
  let number = 0
  const sink =
    (take: (entry: JournalEntry, offset: number) => void) =>
    (bytes: Buffer, start: number, end: number, offset: number): void => {
      number += 1
      if (start === end) return
      const entry = parseJournalJson(bytes.toString('utf8', start, end))
      if (entry !== undefined) take(entry, offset)
      else {
        damage.line(number, latest(), 'expected an entry of journalctl -o json, got something else; skipped')
      }
    }
  return {
    push: (chunk, take) => splitter.push(chunk, sink(take)),
    end: (take) => splitter.finish(sink(take)),
  }
}

function exportDump(damage: DamageReport, latest: () => Instant): DumpParser {
  const parser = new ExportParser()
  let number = 0
  const push = (chunk: Buffer, take: (entry: JournalEntry, offset: number) => void): void => {
    const { entries, damaged } = parser.push(chunk)
    for (const entry of entries) take(entry, 0)
    number += entries.length
    for (let index = 0; index < damaged; index++) {
      damage.line(
        number,
        latest(),
        'expected an entry of journalctl -o export behind so many, got something else; skipped',
      )
    }
  }
  // A last entry may lack the empty line behind it.
  return { push, end: (take) => push(Buffer.from('\n\n'), take) }
}
