/** `watchdog replay`: what the rules would have done on recorded logs. */

import { Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../config/duration.ts'
import { Mistake } from '../config/mistake.ts'
import { createEngine } from '../engine/engine.ts'
import type { Duration } from '../engine/time.ts'
import { realClock } from '../platform/clock.ts'
import { keepHeapSmall } from '../platform/heap.ts'
import { assumptionWords } from '../report/assumption-words.ts'
import { profileText } from '../report/profile-text.ts'
import { type ReplaySummary, summaryText } from '../report/replay-text.ts'
import { summaryJson } from '../report/summary-json.ts'
import { pageLimits, Timeline } from '../report/timeline/timeline.ts'
import { recovering } from '../run/assumptions.ts'
import { replay } from '../run/replay.ts'
import { exitCode } from './exit-code.ts'
import { loadRules } from './load-rules.ts'
import {
  type LogOptions,
  logArguments,
  type PeriodOptions,
  periodOf,
  periodOptions,
  recordedLogs,
} from './recorded-logs.ts'
import { colours, jsonObserver, print, textObserver, together } from './replay-output.ts'
import { writeReport } from './written-file.ts'

interface ReplayOptions extends LogOptions, PeriodOptions {
  readonly rules: string
  readonly json?: true
  readonly profile?: true
  readonly html?: string
  readonly assumeJob?: Duration
  readonly assumeRecovers?: 'yes' | 'no'
}

const everyEvent = { stopwatch: () => realClock.stopwatch(), every: 1 }

export const replayCommand = (): Command =>
  periodOptions(logArguments(new Command('replay').requiredOption('--rules <file>', 'rule file'), 'replay'))
    .description("run the rules over recorded logs, by the logs' own time; nothing is acted upon")
    .option('--json', 'one JSON object per line: decisions, cooldowns, a summary')
    .option('--html <file>', 'also write a report for a browser, with a timeline for each rule')
    .option('--assume-job <time>', 'take every action to last so long, such as 2s', duration)
    .addOption(
      new Option(
        '--assume-recovers <yes|no>',
        'take every action to end the trouble, or none to (default: the log goes on as it does)',
      ).choices(['yes', 'no']),
    )
    .option('--profile', 'also say how much time each rule took')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing would have acted, 10 something would, 1 a log cannot be read, 2 wrong usage or rule file.',
    )
    .action(run)

async function run(paths: readonly string[], options: ReplayOptions): Promise<void> {
  keepHeapSmall()
  const ruleset = loadRules(options.rules)
  const profiled = options.profile === true
  const began = realClock.stopwatch()
  const rules = options.assumeRecovers === 'yes' ? recovering(ruleset.rules) : ruleset.rules
  const timeline = options.html === undefined ? undefined : new Timeline(rules, pageLimits(rules.length))
  const engine = createEngine(rules, {
    ...(profiled ? { measuring: everyEvent } : {}),
    ...(timeline === undefined ? {} : { witness: timeline }),
  })
  const batches = recordedLogs({ paths, ...options, ...periodOf(options), ruleset })
  const printed = options.json ? jsonObserver : textObserver()
  const observer = timeline === undefined ? printed : together([printed, timeline])
  const totals = await replay(engine, batches, observer, { assumptions: assumptionsOf(options) })
  const status = engine.status()
  const summary: ReplaySummary = { ...totals, status }
  print(options.json ? JSON.stringify(summaryJson(summary, profiled)) : summaryText(summary, colours()))
  if (profiled && !options.json) {
    print(profileText(status, realClock.stopwatch() - began, totals.events))
  }
  if (options.html !== undefined && timeline !== undefined) {
    // Loaded where it is wanted.
    const { replayPage } = await import('../report/html/replay-page.ts')
    const title = `${options.rules} over ${[...paths, ...(options.journal ? ['the journal'] : [])].join(', ')}`
    const assumed = assumptionWords(assumptionsOf(options))
    const { histories } = timeline
    writeReport(options.html, replayPage({ ...summary, histories, title, assumed, made: realClock.now() }))
  }
  if (status.rules.some(({ acted }) => acted > 0)) process.exitCode = exitCode.wouldAct
}

const assumptionsOf = ({ assumeJob, assumeRecovers }: ReplayOptions) => ({
  ...(assumeJob === undefined ? {} : { job: assumeJob }),
  ...(assumeRecovers === undefined ? {} : { recovers: assumeRecovers === 'yes' }),
})

function duration(text: string): Duration {
  const result = parseDuration(text)
  if (result instanceof Mistake) throw new InvalidArgumentError(result.message)
  return result
}
