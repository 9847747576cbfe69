/** `watchdog record`: cuts a slice out of recorded logs for the tests of a rule file. */

import { existsSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../config/duration.ts'
import { Mistake } from '../config/mistake.ts'
import type { RuleTest } from '../config/rule-test.ts'
import type { JournalSpec, Ruleset } from '../config/ruleset.ts'
import type { LogEvent } from '../engine/event.ts'
import type { Rule } from '../engine/rule.ts'
import { after, type Duration, type Instant, instant, seconds } from '../engine/time.ts'
import { realClock } from '../platform/clock.ts'
import { redact } from '../record/redactor.ts'
import { type Slice, Slicer } from '../record/slice.ts'
import { sliceText } from '../record/slice-text.ts'
import { counted } from '../report/counted.ts'
import { recordedTestText } from '../report/recorded-test.ts'
import { redactionWords } from '../report/redaction-words.ts'
import type { Verdict } from '../report/test-result.ts'
import { isoTime } from '../report/time-text.ts'
import { runRuleTest } from '../run/rule-tests.ts'
import { suppressionFields } from '../sources/journal/routing.ts'
import { selectionFields } from '../sources/journal/selection.ts'
import type { Batch } from '../sources/source.ts'
import { type LineClock, lineClock } from '../sources/time/line-clock.ts'
import { chosenRule } from './chosen-rule.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { loadRules } from './load-rules.ts'
import { type LogOptions, logArguments, momentOf, recordedLogs } from './recorded-logs.ts'
import { wantedFields } from './wanted-fields.ts'
import { writeReport } from './written-file.ts'

interface RecordOptions extends LogOptions {
  readonly rules: string
  readonly around: string
  readonly before: Duration
  readonly after: Duration
  readonly rule?: string
  readonly redact?: true
  readonly output?: string
}

/** More is no small file. */
const mostLines = 200_000

/** Fields by which people know an entry, beside those that the rules need. */
const usualFields = ['MESSAGE', 'PRIORITY', 'SYSLOG_IDENTIFIER', '_PID', '_COMM', '_SYSTEMD_UNIT', 'UNIT']

export const recordCommand = (): Command =>
  logArguments(
    new Command('record')
      .requiredOption('--rules <file>', 'rule file, whose sources say what is read')
      .requiredOption('--around <time>', 'the time of the incident, such as "2026-11-21 04:30", -2h'),
    'record from',
  )
    .description('cut a slice around an incident out of a log or the journal, for "tests:" of a rule file')
    .addOption(spanOption('--before <span>', 'begin so long before it', seconds(600), '10min'))
    .addOption(spanOption('--after <span>', 'end so long after it', seconds(300), '5min'))
    .option('--rule <name>', 'only what this rule looks at')
    .option('--redact', 'replace addresses, names and tokens, each by the same name wherever it stands')
    .option('-o, --output <file>', 'write to a new file, and show a test for it; standard output if absent')
    .addHelpText(
      'after',
      '\nWhat stands in the rule file is not replaced: the rules decide as before.\nExit codes: 0 recorded, 1 a log cannot be read, there is nothing at that time, or the file is there already, 2 wrong usage or rule file.',
    )
    .action(run)

async function run(paths: readonly string[], options: RecordOptions): Promise<void> {
  const ruleset = loadRules(options.rules)
  const rule = options.rule === undefined ? undefined : chosenRule(ruleset, options.rule)
  const around = momentOf('--around', options.around) ?? realClock.now()
  const { output } = options
  if (output !== undefined && existsSync(output)) {
    throw new CommandError(`${output} is there already; give another name with -o`, exitCode.failed)
  }
  const fields = fieldsOf(ruleset)
  const slice = await sliceOf(paths, options, { ruleset, rule, around, fields })
  const shown = options.redact ? redacted(slice, ruleset) : slice
  const text = sliceText(shown, fields)
  if (output === undefined) {
    process.stdout.write(text)
    return
  }
  writeReport(output, text)
  tell(`${output}: ${countedIn(slice)}, ${(Buffer.byteLength(text) / 1_024).toFixed(1)} KiB`)
  await showTest(output, { slice, ruleset, rule, around, rules: options.rules })
}

interface Wanted {
  readonly ruleset: Ruleset
  readonly rule: Rule | undefined
  readonly around: Instant
}

async function sliceOf(
  paths: readonly string[],
  options: RecordOptions,
  { ruleset, rule, around, fields }: Wanted & { readonly fields: ReadonlySet<string> },
): Promise<Slice> {
  const since = instant(around - options.before)
  const until = after(around, options.after)
  const slicer = new Slicer({ rule, isDated: datesOf(ruleset), most: mostLines })
  const batches = recordedLogs({
    paths,
    journal: options.journal === true,
    ruleset: readingEverything(ruleset, rule),
    since,
    until,
    fields: [...fields],
  })
  for await (const { events, notices } of batches) {
    for (const { message } of notices) tell(message)
    for (const event of events) slicer.take(event)
    if (slicer.isFull) throw tooMuch(rule)
  }
  const slice = slicer.finish()
  if (slice.content === 'mixed') {
    const message = `a test could not tell what is of which: record ${slice.paths.join(' and ')} one by one`
    throw new CommandError(message, exitCode.usage)
  }
  if (slice.written.length > 0) return slice
  const what = rule === undefined ? 'nothing' : `nothing that ${rule.name} looks at`
  throw new CommandError(
    `${what} was logged from ${isoTime(since)} to ${isoTime(until)}; check --around (a time without a zone is of this machine's), --before and --after`,
    exitCode.failed,
  )
}

const tooMuch = (rule: Rule | undefined): CommandError =>
  new CommandError(
    `more than ${mostLines} lines: take less time with --before and --after${rule === undefined ? ', or what one rule looks at with --rule' : ''}`,
    exitCode.usage,
  )

/** The rules with a match that lets every line through: a slice is of more than what they look for. */
const readingEverything = (ruleset: Ruleset, rule: Rule | undefined): Ruleset => ({
  ...ruleset,
  rules: (rule === undefined ? ruleset.rules : [rule]).map(({ reset: _, ...one }) => ({
    ...one,
    match: { kind: 'all', of: [] },
  })),
})

/** Whether a line bears a time, as the readers of its sources see it. */
function datesOf({ sources }: Ruleset): (event: LogEvent) => boolean {
  const clocks = new Map<string, LineClock>()
  return ({ source, text, fields }) => {
    const id = JSON.stringify([source, fields.get('file')])
    const spec = sources.get(source)
    const { timestamp, timezone } = spec?.kind === 'file' ? spec : {}
    const clock =
      clocks.get(id) ?? lineClock({ format: timestamp, timezone, reference: () => realClock.now() })
    clocks.set(id, clock)
    return clock.time(text) !== undefined
  }
}

const journalsOf = ({ sources }: Ruleset): readonly JournalSpec[] =>
  [...sources.values()].filter((spec) => spec.kind === 'journal')

const fieldsOf = (ruleset: Ruleset): ReadonlySet<string> =>
  new Set([
    ...usualFields,
    ...wantedFields(ruleset.rules),
    ...suppressionFields,
    ...selectionFields(journalsOf(ruleset), 'system'),
  ])

function redacted(slice: Slice, ruleset: Ruleset): Slice {
  const selecting = new Set([...suppressionFields, ...selectionFields(journalsOf(ruleset), 'system')])
  const { slice: shown, replaced, kept } = redact(slice, ruleset.rules, selecting)
  tell(redactionWords(replaced, kept))
  return shown
}

/** Reads what was written as `watchdog test` will, and says where that is not what was there. */
async function showTest(
  output: string,
  { slice, ruleset, rule, around, rules }: Wanted & { readonly slice: Slice; readonly rules: string },
): Promise<void> {
  const test: RuleTest = {
    name: output,
    location: { file: rules, line: 1, column: 1, length: 1 },
    ...(rule === undefined ? {} : { rule: rule.name }),
    files: [output],
    steps: [],
    expect: [],
  }
  const recorded = recordedLogs({ paths: [output], ruleset, onAssigned: () => undefined })
  const verdicts = await verdictsOf(test, ruleset, recorded)
  const before = await verdictsOf(test, ruleset, once(slice.events))
  if (shortly(verdicts) !== shortly(before)) {
    const named = [...ruleset.sources.values()].flatMap((spec) => (spec.kind === 'file' ? spec.paths : []))
    tell(
      `what was written decides otherwise than what was there: ${before.length} decisions became ${verdicts.length}. A file is read for the sources whose file has the same name: ${named.join(', ')}`,
    )
  }
  const file = relative(dirname(resolve(rules)), resolve(output))
  process.stdout.write(`${recordedTestText({ around, file, rule: rule?.name, verdicts })}\n`)
}

async function verdictsOf(
  test: RuleTest,
  ruleset: Ruleset,
  recorded: AsyncIterable<Batch>,
): Promise<readonly Verdict[]> {
  const { comparisons } = await runRuleTest(test, { ruleset, recorded })
  return comparisons.flatMap((comparison) => (comparison.kind === 'unexpected' ? [comparison.verdict] : []))
}

const shortly = (verdicts: readonly Verdict[]): string =>
  JSON.stringify(verdicts.map(({ at, decision, rule }) => [Math.round(at / 1_000), decision, rule]))

async function* once(events: readonly LogEvent[]): AsyncGenerator<Batch, void, undefined> {
  yield { events, notices: [], position: null }
}

const countedIn = ({ content, written }: Slice): string =>
  content === 'lines' ? counted(written.length, 'line') : counted(written.length, 'entry', 'entries')

function spanOption(flags: string, description: string, absent: Duration, words: string): Option {
  const parse = (text: string): Duration => {
    const result = parseDuration(text)
    if (!(result instanceof Mistake)) return result
    throw new InvalidArgumentError(`${result.message}.`)
  }
  return new Option(flags, description).argParser(parse).default(absent, words)
}

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`)
}
