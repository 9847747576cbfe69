/** Recorded logs as one stream of events in the order of their times, for the replay. */

import type { Readable } from 'node:stream'
import type { JournalSpec, Ruleset, SourceSpec } from '../../config/ruleset.ts'
import { specsOf } from '../../engine/rule.ts'
import type { Instant } from '../../engine/time.ts'
import { literalsOfAll } from '../../match/scan/literals.ts'
import {
  unitMessageDetails,
  unitMessageFields,
  unitMessageSource,
} from '../../platform/systemd/unit-message.ts'
import { byJournal } from '../journal/by-journal.ts'
import { type Batch, SourceError, type SourceNotice } from '../source.ts'
import { type Assignment, assignJournal, assignText } from './assignment.ts'
import { type InputProblem, type JournalFiles, openInput, problem, type RecordedInput } from './input.ts'
import { readJournalFiles } from './journal-files.ts'
import { readJournal } from './journal-reader.ts'
import { merge, type Started } from './merge.ts'
import type { InputReader } from './part.ts'
import { type Period, within } from './period.ts'
import { mayUseThreads, threadedFromBytes } from './second-thread.ts'
import { readText } from './text-reader.ts'

export interface RecordedOptions {
  /** Files; `-` is standard input. */
  readonly paths: readonly string[]
  readonly ruleset: Ruleset
  /** Times without a year in standard input are not later than this. */
  readonly now: Instant
  readonly stdin?: Readable
  /** Also the journal of this machine. */
  readonly journal?: boolean
  /** Journal fields that rules read, besides the message. */
  readonly fields?: ReadonlySet<string>
  /** What systemd says of these units comes, too, from journals: as events of a source of its own, and from the start on. */
  readonly units?: readonly string[]
  readonly period?: Period
  /** Told for every input, before the first batch, which sources it is read for. */
  readonly onAssigned?: (assignment: Assignment) => void
}

/**
 * Reads the journal, journal files, dumps of the journal and text logs, compressed or not, and merges them by time. Memory
 * does not grow with their length.
 *
 * Throws a `SourceError` before the first batch when an input cannot be judged, with one line for each that says what
 * to do. A damaged line is a notice, and so is an empty file among others. Positions are null.
 */
export async function* readRecorded(options: RecordedOptions): AsyncGenerator<Batch, void, undefined> {
  const { paths, ruleset, now, stdin, period = {} } = options
  const started: Started[] = []
  const problems: InputProblem[] = []
  try {
    const inputs = [
      ...(options.journal === true ? journalsOf(ruleset).map((input) => async () => input) : []),
      ...paths.map((path) => () => openInput(path, () => stdin ?? process.stdin, now)),
    ]
    for (const open of inputs) {
      const input = await open()
      const opened = input.kind === 'problem' ? input : await start(input, options)
      if ('kind' in opened) problems.push(opened)
      else started.push(opened)
    }
    const fatal = problems.filter(({ code }) => code !== 'empty' || started.length === 0)
    if (fatal.length > 0) throw new SourceError(fatal.map(({ message }) => message).join('\n'))
    const notices = problems.map(
      ({ message }): SourceNotice => ({
        sources: [...ruleset.sources.keys()],
        at: now,
        kind: 'unavailable',
        message,
      }),
    )
    if (notices.length > 0) yield { events: [], notices, position: null }
    yield* within(merge(started), period)
  } finally {
    for (const { reader } of started) await reader.return(undefined)
  }
}

/** Read at a time, all inputs together: each of them is held open. */
const readBytes = 33_554_432
const mostChunkBytes = 524_288
const leastChunkBytes = 16_384

const chunkFor = (inputs: number): number =>
  Math.max(leastChunkBytes, Math.min(mostChunkBytes, Math.floor(readBytes / inputs)))

/** To hand a chunk over costs as much as to search a part of it. */
const threaded = { fromBytes: threadedFromBytes, blockBytes: 262_144, chunkBytes: 1_048_576 }

/** More inputs at a time are read line by line: every search has memory of its own. */
const mostScanned = 64

/** Literals without which a line of these sources is wanted by no rule; `undefined` where every line may be. */
const wantedLiterals = (
  { rules }: Ruleset,
  sources: readonly SourceSpec[],
): readonly string[] | undefined => {
  const names = new Set(sources.map(({ name }) => name))
  const reading = rules.filter((rule) => rule.sources.some((name) => names.has(name)))
  return literalsOfAll(reading.flatMap(specsOf))
}

/** The journals that the rules read, as journalctl finds them. */
const journalsOf = ({ sources, rules }: Ruleset): readonly JournalFiles[] => {
  const used = new Set(rules.flatMap((rule) => rule.sources))
  const specs = [...sources.values()].filter(
    (spec): spec is JournalSpec => spec.kind === 'journal' && used.has(spec.name),
  )
  const groups = byJournal(specs).map(
    ({ from, specs: group }): JournalFiles => ({
      kind: 'journal-files',
      path: ['the journal', ...from].join(' '),
      args: from,
      specs: group,
      // Other machines have other units of these names.
      ...(from.length === 0 ? {} : { foreign: true as const }),
    }),
  )
  // Without any the assignment says that no rule reads the journal.
  return groups.length > 0 ? groups : [{ kind: 'journal-files', path: 'the journal', args: [] }]
}

const start = async (
  input: RecordedInput | JournalFiles,
  options: RecordedOptions,
): Promise<Started | InputProblem> => {
  const { ruleset, onAssigned } = options
  const isText = input.kind === 'input' && input.content === 'text'
  const assignment = isText
    ? assignText(input.path, ruleset)
    : assignJournal(input.path, ruleset, input.kind === 'journal-files' ? input.specs : undefined)
  if (assignment.sources.length === 0) {
    if (input.kind === 'input') await input.bytes.close()
    const reason = isText ? 'is read by no rule' : 'holds journal entries, but no rule reads the journal'
    return problem('no-source', input.path, `${input.path === '-' ? 'standard input' : input.path} ${reason}`)
  }
  const reader = readerOf(input, assignment, options)
  const first = await reader.next()
  if (!first.done) {
    onAssigned?.(assignment)
    return { reader, first: first.value }
  }
  return first.value ?? problem('empty', input.path, `${input.path} has no lines`)
}

const unitMessages = (units: readonly string[]): JournalSpec => ({
  kind: 'journal',
  name: unitMessageSource,
  units: [],
  identifiers: [],
  fields: unitMessageFields(units),
})

function readerOf(
  input: RecordedInput | JournalFiles,
  assignment: Assignment,
  { paths, ruleset, now, fields = new Set(), units = [], period = {} }: RecordedOptions,
): InputReader {
  if (assignment.content === 'journal') {
    const always = units.length === 0 || 'foreign' in input ? [] : [unitMessages(units)]
    return input.kind === 'input'
      ? readJournal(input, [...assignment.sources, ...always])
      : readJournalFiles(input, assignment.sources, {
          fields: new Set([...fields, ...(always.length === 0 ? [] : unitMessageDetails)]),
          period,
          literals: wantedLiterals(ruleset, assignment.sources),
          always,
          reference: now,
        })
  }
  if (input.kind !== 'input') throw new Error('journal files are no text')
  return readText(input, assignment.sources, {
    chunkBytes: chunkFor(paths.length),
    ...(paths.length > mostScanned ? {} : { literals: wantedLiterals(ruleset, assignment.sources) }),
    ...(paths.length === 1 && mayUseThreads() ? { threaded } : {}),
  })
}
