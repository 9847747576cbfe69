/** Reads journal files through journalctl: every entry an event for each source that selects it. */

import type { JournalSpec } from '../../config/ruleset.ts'
import type { LogEvent } from '../../engine/event.ts'
import type { Instant } from '../../engine/time.ts'
import type { ChildEnd } from '../../platform/child-process.ts'
import { isSameEntry } from '../journal/place.ts'
import { suppressionFields } from '../journal/routing.ts'
import { hasPatterns, matchArguments, selectionFields } from '../journal/selection.ts'
import type { SourceNotice } from '../source.ts'
import { type InputProblem, type JournalFiles, problem } from './input.ts'
import { routing } from './journal-reader.ts'
import { merge } from './merge.ts'
import { DamageReport, type InputReader, type Part } from './part.ts'
import type { Period } from './period.ts'

export interface JournalFilesOptions {
  /** Those that rules read, besides the message. */
  readonly fields: ReadonlySet<string>
  readonly period: Period
  /** A message that holds none of them is wanted by no rule; absent: every one may be. */
  readonly literals?: readonly string[] | undefined
  /** Sources beside the others, all of which is wanted, whatever it holds, and from the start on. */
  readonly always: readonly JournalSpec[]
  /** When nothing else is known of the time. */
  readonly reference: Instant
}

/** So many entries are read before journalctl is started again to leave some out: where there are no more it would be in vain. */
const mostUnfiltered = 2_000

/** What one journalctl reads. */
interface Stretch {
  readonly sources: readonly JournalSpec[]
  readonly args: readonly string[]
  /** Cursor of an entry that was read before: the first may be that one again. */
  readonly known?: string | undefined
  /** It is stopped when the rules' sources have selected so many entries. */
  readonly most?: number
}

interface Left {
  /** Absent where it was stopped. */
  readonly end?: ChildEnd
  /** Of the last entry. */
  readonly cursor: string | undefined
}

/** What has become of reading for some sources. */
interface Account {
  readonly damage: DamageReport
  latest: Instant
  isEmpty: boolean
}

/**
 * With `literals` journalctl itself leaves out what no rule wants, but for the first entries and the last one, which tell how much
 * time there is.
 */
export async function* readJournalFiles(
  { path, args }: JournalFiles,
  sources: readonly JournalSpec[],
  { fields, period, literals, always, reference }: JournalFilesOptions,
): InputReader {
  // Loaded where it is needed: most logs are not of the journal.
  const { Journalctl } = await import('../journal/journalctl.ts')
  const journalctl = new Journalctl({ program: 'journalctl', extraArgs: args, unitsOf: 'system' })
  const all = [...sources, ...always]
  const wanted = new Set(['MESSAGE', ...suppressionFields, ...selectionFields(all, 'system'), ...fields])
  const units = hasPatterns(all) ? await journalctl.units(new AbortController().signal) : []
  const since = period.since === undefined ? [] : [`--since=${seconds(period.since)}`]
  const until = period.until === undefined ? [] : [`--until=${seconds(period.until)}`]
  const grep = literals === undefined ? [] : grepArguments(literals)
  const names = new Set(sources.map(({ name }) => name))
  const account = accountOf(sources)
  /** Cursor of the last entry that one of `sources` selects. */
  let lastWanted: string | undefined

  // What is always wanted is read with the rest, by one journalctl, as long as that reads all that is wanted of either.
  if (always.length === 0 || since.length === 0) return yield* selected(always)
  return yield* inOrder(selected([]), whole())

  /** What `sources` select, and `beside` with it; behind the first entries it is looked for what a rule may want. */
  async function* selected(beside: readonly JournalSpec[]): InputReader {
    const most = grep.length > 0 ? mostUnfiltered : Number.POSITIVE_INFINITY
    const { end, cursor } = yield* read({ sources: [...sources, ...beside], args: since, most }, account)
    if (end !== undefined) return yield* conclude(end, account)
    if (beside.length === 0) return yield* searched(cursor)
    return yield* inOrder(searched(cursor), whole(cursor))
  }

  /**
   * Those behind `cursor` that hold a literal, and the last. Here and below it is inclusive: a cursor to start after makes journalctl
   * skip an entry where that of the cursor is not selected.
   */
  async function* searched(cursor: string | undefined): InputReader {
    let left = yield* read({ sources, args: [...grep, `--cursor=${cursor}`], known: cursor }, account)
    // It may have been built without patterns.
    if (left.end !== undefined && !isWhole(left.end) && /pattern/i.test(left.end.complaint))
      left = yield* read({ sources, args: [`--cursor=${left.cursor}`], known: left.cursor }, account)
    // From the end on: else with a start it would be the first from there on, and with an end there would be none (systemd 252).
    yield* read({ sources, args: ['--reverse', '--lines=1', ...since], known: lastWanted }, account)
    // It ends so, without a word, when nothing was found.
    const isInVain = left.end?.kind === 'exited' && left.end.complaint === ''
    return yield* conclude(isInVain ? undefined : left.end, account)
  }

  /** All that is always wanted, from the start or behind `cursor`. */
  async function* whole(cursor?: string): InputReader {
    const own = accountOf(always)
    const args = cursor === undefined ? [] : [`--cursor=${cursor}`]
    const { end } = yield* read({ sources: always, args, known: cursor }, own)
    return yield* conclude(end, own)
  }

  async function* read(stretch: Stretch, account: Account): AsyncGenerator<Part, Left, undefined> {
    const route = routing(path, stretch.sources)
    const selection = matchArguments(stretch.sources, 'system', units)
    const child = journalctl.read([...stretch.args, ...until, ...selection], wanted)
    const { damage } = account
    let { known } = stretch
    let cursor = known
    let count = 0
    try {
      for await (const { entries, damaged } of child.parts) {
        if (damaged > 0) damage.line(0, account.latest, `${damaged} entries could not be read; skipped`)
        const events: LogEvent[] = []
        const notices: SourceNotice[] = []
        for (const entry of entries) {
          const isKnown = known !== undefined && isSameEntry(entry.cursor, known)
          known = undefined
          cursor = entry.cursor
          account.latest = entry.realtime
          if (isKnown) continue
          const before = events.length
          route(entry, 0, events, notices)
          // Events of `sources` come before those of others.
          const first = events[before]
          if (first === undefined || !names.has(first.source)) continue
          lastWanted = cursor
          count++
        }
        account.isEmpty = false
        yield { events, notices: [...damage.take(), ...notices] }
        if (count >= (stretch.most ?? Number.POSITIVE_INFINITY)) return { cursor }
      }
      return { end: await child.ended, cursor }
    } finally {
      await child.stop()
    }
  }

  function accountOf(specs: readonly JournalSpec[]): Account {
    const damage = new DamageReport(
      path,
      specs.map(({ name }) => name),
    )
    return { damage, latest: reference, isEmpty: true }
  }

  /** Tells how it ended, where that is not well. */
  function* conclude(
    end: ChildEnd | undefined,
    { damage, latest, isEmpty }: Account,
  ): Generator<Part, InputProblem | undefined, undefined> {
    if (end !== undefined && !isWhole(end)) {
      const line = end.complaint.trim().split('\n')[0] || 'journalctl failed'
      if (isEmpty) return problem('unreadable', path, `${path} cannot be read: ${line}`)
      damage.broken(latest, line)
    }
    yield { events: [], notices: damage.take() }
    return undefined
  }
}

/** What both bring, by the times of their events. Where there is a problem with `other` alone it is left out. */
async function* inOrder(reader: InputReader, other: InputReader): InputReader {
  const [first, second] = await Promise.all([reader.next(), other.next()])
  if (first.done && first.value !== undefined) {
    await other.return(undefined)
    return first.value
  }
  yield* merge([
    ...(first.done ? [] : [{ reader, first: first.value }]),
    ...(second.done ? [] : [{ reader: other, first: second.value }]),
  ])
  return undefined
}

const isWhole = (end: ChildEnd): boolean => end.kind === 'exited' && end.status === 0

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
