/** `watchdog tune`: what a rule would have done under other settings, and which one to take. */

import { Command, InvalidArgumentError, Option } from 'commander'
import { durationWords, parseDuration } from '../config/duration.ts'
import { parseIncidents } from '../config/incidents.ts'
import { expectedGot, Mistake, quoted } from '../config/mistake.ts'
import type { Rule } from '../engine/rule.ts'
import { type Duration, seconds } from '../engine/time.ts'
import { realClock } from '../platform/clock.ts'
import { letHeapGrow } from '../platform/runtime.ts'
import { coloursFor } from '../report/colours.ts'
import { tuningHtml } from '../report/tune-html.ts'
import { tuningJson } from '../report/tune-json.ts'
import { tuningText } from '../report/tune-text.ts'
import type { Incident } from '../report/tuning.ts'
import { restartSource, withRestarts } from '../tune/restarts.ts'
import { type Chosen, limitKind, mostEvents, settingsOf, sweepOf } from '../tune/setting.ts'
import { tune } from '../tune/tune.ts'
import { chosenRule } from './chosen-rule.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { loadRules, problemText, readRuleFile } from './load-rules.ts'
import {
  type LogOptions,
  logArguments,
  type PeriodOptions,
  periodOf,
  periodOptions,
  recordedLogs,
  tellAssigned,
} from './recorded-logs.ts'
import { writeReport } from './written-file.ts'

interface TuneOptions extends LogOptions, PeriodOptions {
  readonly rules: string
  readonly rule: string
  readonly counts?: readonly string[]
  readonly within?: readonly Duration[]
  readonly cooldowns?: readonly Duration[]
  readonly incidents?: string
  readonly lead: Duration
  readonly beforeRestart: Duration
  readonly json?: true
  readonly html?: string
}

/** More of them would be a report that nobody reads. */
const mostSettings = 10_000

export const tuneCommand = (): Command =>
  periodOptions(
    logArguments(
      new Command('tune')
        .requiredOption('--rules <file>', 'rule file')
        .requiredOption('--rule <name>', 'the rule whose settings are tried'),
      'tune by',
    ),
  )
    .description(
      'try other thresholds, windows and cooldowns of a rule on recorded logs; nothing is acted upon',
    )
    .option(
      '--counts <list>',
      'counts to try, such as 5,10,20 (of a ratio shares, of an aggregate or a spike numbers); default: around the present one',
      listed,
    )
    .option('--within <list>', 'windows to try, such as 30s,90s', positiveSpans)
    .option('--cooldowns <list>', 'cooldowns to try, such as 30s,2min', spans)
    .option('--incidents <file>', 'times in which the rule should have acted: a list of from, until and name')
    .addOption(
      new Option('--lead <span>', 'an action so long before an incident still counts for it')
        .argParser(span)
        .default(seconds(300), '5min'),
    )
    .addOption(
      new Option(
        '--before-restart <span>',
        'without --incidents: how long before a restart in the journal it should have acted',
      )
        .argParser(positiveSpan)
        .default(seconds(1_800), '30min'),
    )
    .option('--json', 'one JSON object per line: the settings, a suggestion')
    .option('--html <file>', 'also write a page with a heat map')
    .addHelpText(
      'after',
      '\nThe present values are always among those that are tried.\nExit codes: 0 done, 1 a log cannot be read, 2 wrong usage or rule file.',
    )
    .action(run)

async function run(paths: readonly string[], options: TuneOptions): Promise<void> {
  letHeapGrow()
  const ruleset = loadRules(options.rules)
  const rule = chosenRule(ruleset, options.rule)
  const sweep = sweepOf(rule, chosenOf(rule, options))
  const settings = settingsOf(sweep).length
  if (settings > mostSettings) {
    const message = `expected at most ${mostSettings} settings, got ${settings}; try fewer --counts, --within or --cooldowns`
    throw new CommandError(message, exitCode.usage)
  }
  const incidents = options.incidents === undefined ? undefined : incidentsIn(options.incidents)
  const read = incidents === undefined ? (withRestarts(ruleset, rule) ?? ruleset) : ruleset
  const batches = recordedLogs({
    paths,
    ...options,
    ...periodOf(options),
    ruleset: read,
    onAssigned: (assignment) => {
      const isOurs = ({ name }: { readonly name: string }): boolean => name !== restartSource
      tellAssigned(
        assignment.content === 'journal'
          ? { ...assignment, sources: assignment.sources.filter(isOurs) }
          : { ...assignment, sources: assignment.sources.filter(isOurs) },
      )
    },
  })
  const tuning = await tune(batches, {
    rules: ruleset.rules,
    rule,
    sweep,
    incidents,
    lead: options.lead,
    beforeRestart: options.beforeRestart,
    notice: ({ message }) => process.stderr.write(`${message}\n`),
    onTrial: process.stderr.isTTY ? progress(settings) : () => undefined,
  })
  if (options.html !== undefined) writeReport(options.html, tuningHtml(tuning))
  if (options.json) for (const line of tuningJson(tuning)) print(JSON.stringify(line))
  else print(tuningText(tuning, coloursFor(process.stdout.isTTY && process.stdout.hasColors())))
}

function chosenOf(rule: Rule, { counts, within, cooldowns }: TuneOptions): Chosen {
  const kind = limitKind(rule)
  if (counts === undefined) return { withins: within, cooldowns }
  if (kind === undefined) {
    const message = `--counts: ${rule.name} counts nothing; try its --within and --cooldowns`
    throw new CommandError(message, exitCode.usage)
  }
  return { limits: counts.map((text) => limitOf(text, kind)), withins: within, cooldowns }
}

/** `10`, `20%` or `0.2`, `1.5`: as the rule's condition wants it. */
function limitOf(text: string, kind: 'count' | 'share' | 'number'): number {
  const [, digits, sign] = /^(-?\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
  const value = sign === '%' ? Number(digits) / 100 : Number(digits)
  const isRight =
    kind === 'count'
      ? Number.isInteger(value) && sign === '' && value >= 1 && value <= mostEvents
      : kind === 'share'
        ? value >= 0 && value <= 1
        : sign === '' && Number.isFinite(value)
  if (isRight) return value
  const words = {
    count: `whole numbers from 1 to ${mostEvents}`,
    share: 'shares such as 0.2 or 20%',
    number: 'numbers',
  }
  throw new CommandError(`--counts: ${expectedGot(words[kind], quoted(text))}`, exitCode.usage)
}

function incidentsIn(path: string): readonly Incident[] {
  const bytes = readRuleFile(path, '--incidents')
  const result = parseIncidents(bytes, path, realClock.now())
  if (!result.ok) throw new CommandError(problemText(result.problems, bytes), exitCode.usage)
  return result.incidents.map((incident) => ({ ...incident, reference: incident.from }))
}

const listed = (text: string): readonly string[] => text.split(',').map((item) => item.trim())

const spans = (text: string): readonly Duration[] => listed(text).map(span)

const positiveSpans = (text: string): readonly Duration[] => listed(text).map(positiveSpan)

function positiveSpan(text: string): Duration {
  const value = span(text)
  if (value > 0) return value
  throw new InvalidArgumentError(`expected ${durationWords}, got none.`)
}

function span(text: string): Duration {
  const result = parseDuration(text)
  if (!(result instanceof Mistake)) return result
  throw new InvalidArgumentError(`${result.message}.`)
}

/** Shown where it takes a while. */
const progress =
  (settings: number) =>
  (done: number): void => {
    if (done % 20 === 0 || done === settings)
      process.stderr.write(`\r${done === settings ? '\x1b[K' : `${done} of ${settings} settings`}`)
  }

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
