/** `watchdog replay`: what the rules would have done on recorded logs. */

import { Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../config/duration.ts'
import { Mistake } from '../config/mistake.ts'
import type { Ruleset } from '../config/ruleset.ts'
import { createEngine } from '../engine/engine.ts'
import type { Rule } from '../engine/rule.ts'
import { knownUnits } from '../engine/target.ts'
import type { Duration } from '../engine/time.ts'
import { realClock } from '../platform/clock.ts'
import { assumptionWords } from '../report/assumption-words.ts'
import { chartText } from '../report/chart-text.ts'
import { explanationJson, explanationText } from '../report/explanation.ts'
import { profileText } from '../report/profile-text.ts'
import { ReplayJunit } from '../report/replay-junit.ts'
import { type ReplaySummary, summaryText } from '../report/replay-text.ts'
import { summaryJson } from '../report/summary-json.ts'
import { pageLimits, Timeline } from '../report/timeline/timeline.ts'
import { recovering } from '../run/assumptions.ts'
import { Explainer } from '../run/explainer.ts'
import { replay } from '../run/replay.ts'
import { RecordedUnits } from '../run/units/recorded-units.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { loadRules } from './load-rules.ts'
import { progressOn } from './progress.ts'
import {
  type LogOptions,
  logArguments,
  momentOf,
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
  readonly junit?: string
  readonly chart?: true
  readonly explain?: string
  readonly assumeJob?: Duration
  readonly assumeRecovers?: 'yes' | 'no'
}

/** Keys of the rule among which the fullest window is looked for. */
const mostKeys = 10_000
const everyEvent = { stopwatch: () => realClock.stopwatch(), every: 1 }

export const replayCommand = (): Command =>
  periodOptions(logArguments(new Command('replay').requiredOption('--rules <file>', 'rule file'), 'replay'))
    .description("run the rules over recorded logs, by the logs' own time; nothing is acted upon")
    .option('--json', 'one JSON object per line: decisions, cooldowns, a summary')
    .option('--html <file>', 'also write a report for a browser, with a timeline for each rule')
    .option('--chart', 'also show a small chart for each rule')
    .option(
      '--explain <rule@time>',
      'only show the window of the rule at that time, line by line, and why it did or did not act',
    )
    .option(
      '--junit <file>',
      'also write JUnit XML: a test for each rule, which fails where it would have acted',
    )
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
  const ruleset = loadRules(options.rules)
  const profiled = options.profile === true
  const began = realClock.stopwatch()
  const rules = options.assumeRecovers === 'yes' ? recovering(ruleset.rules) : ruleset.rules
  if (options.explain !== undefined) return explain(options.explain, rules, paths, { ...options, ruleset })
  const isDrawn = options.html !== undefined || options.chart === true
  const timeline = isDrawn ? new Timeline(rules, pageLimits(rules.length)) : undefined
  const junit = options.junit === undefined ? undefined : new ReplayJunit(rules, options.rules)
  const engine = createEngine(rules, {
    ...(profiled ? { measuring: everyEvent } : {}),
    ...(timeline === undefined ? {} : { witness: timeline }),
  })
  const units = unitsOf(ruleset, options)
  const batches = recordedLogs({ paths, ...options, ...periodOf(options), ruleset, ...units.wanted })
  const printed = options.json ? jsonObserver : textObserver()
  const progress = progressOn(process.stderr, paths)
  const observer = together([printed, timeline ?? {}, junit ?? {}])
  const totals = await replay(engine, progress.watch(batches), observer, {
    assumptions: assumptionsOf(options),
    ...units.recorded,
  }).finally(() => progress.end())
  const status = engine.status()
  const summary: ReplaySummary = { ...totals, status }
  print(options.json ? JSON.stringify(summaryJson(summary, profiled)) : summaryText(summary, colours()))
  if (profiled && !options.json) {
    print(profileText(status, realClock.stopwatch() - began, totals.events))
  }
  if (options.chart && timeline !== undefined && totals.first !== undefined && totals.last !== undefined) {
    const { first, last } = totals
    print(chartText(timeline.histories, { first, last }, process.stdout.columns ?? 100, colours()))
  }
  if (options.junit !== undefined && junit !== undefined) writeReport(options.junit, junit.xml)
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

/** Reads no further than that time. */
async function explain(
  what: string,
  rules: readonly Rule[],
  paths: readonly string[],
  options: ReplayOptions & { readonly ruleset: Ruleset },
): Promise<void> {
  const split = what.lastIndexOf('@')
  const rule = rules.find(({ name }) => name === what.slice(0, split))
  const at = momentOf('--explain', what.slice(split + 1))
  if (split < 0 || rule === undefined || at === undefined) {
    const names = rules.map(({ name }) => name).join(', ')
    throw new CommandError(
      `--explain: expected RULE@TIME, such as ${rules[0]?.name ?? 'rule'}@"2026-11-21 04:30"; the rules are ${names}`,
      exitCode.usage,
    )
  }
  const explainer = new Explainer(rule.name, at)
  const engine = createEngine(rules, { witness: explainer })
  const units = unitsOf(options.ruleset, options)
  const batches = recordedLogs({ paths, ...options, ...periodOf(options), ...units.wanted })
  const observer = together([{ decision: (decision) => explainer.decision(decision) }])
  await replay(engine, batches, observer, {
    assumptions: assumptionsOf(options),
    until: at,
    ...units.recorded,
  })
  const { sighted, forgotten, decisions } = explainer
  const facts = { rule, at, inspection: engine.inspect(mostKeys), sighted, forgotten, decisions }
  print(options.json ? JSON.stringify(explanationJson(facts)) : explanationText(facts, colours()))
}

/** What the journal itself says of units, unless something is assumed. */
function unitsOf({ sources, rules }: Ruleset, { assumeJob, assumeRecovers }: ReplayOptions) {
  const isTold = [...sources.values()].some(({ kind }) => kind === 'journal')
  if (!isTold || assumeJob !== undefined || assumeRecovers !== undefined) return {}
  return {
    wanted: { units: [...new Set(rules.flatMap(knownUnits))] },
    recorded: { units: new RecordedUnits() },
  }
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
