/** `watchdog replay`: what the rules would have done on recorded logs. */

import { Command } from 'commander'
import { createEngine } from '../engine/engine.ts'
import { realClock } from '../platform/clock.ts'
import { keepHeapSmall } from '../platform/heap.ts'
import { coloursFor } from '../report/colours.ts'
import { closingJson, cooldownJson, deafnessJson, decisionJson, graceJson } from '../report/decision-json.ts'
import { profileText } from '../report/profile-text.ts'
import {
  closingText,
  cooldownText,
  deafnessText,
  decisionText,
  graceText,
  summaryText,
} from '../report/replay-text.ts'
import { summaryJson } from '../report/summary-json.ts'
import { type ReplayObserver, replay } from '../run/replay.ts'
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

interface ReplayOptions extends LogOptions, PeriodOptions {
  readonly rules: string
  readonly json?: true
  readonly profile?: true
}

const everyEvent = { stopwatch: () => realClock.stopwatch(), every: 1 }

export const replayCommand = (): Command =>
  periodOptions(logArguments(new Command('replay').requiredOption('--rules <file>', 'rule file'), 'replay'))
    .description("run the rules over recorded logs, by the logs' own time; nothing is acted upon")
    .option('--json', 'one JSON object per line: decisions, cooldowns, a summary')
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
  const engine = createEngine(ruleset.rules, profiled ? { measuring: everyEvent } : {})
  const batches = recordedLogs({ paths, ...options, ...periodOf(options), ruleset })
  const observer = options.json ? jsonObserver : textObserver()
  const totals = await replay(engine, batches, observer)
  const status = engine.status()
  print(
    options.json
      ? JSON.stringify(summaryJson({ ...totals, status }, profiled))
      : summaryText({ ...totals, status }, colours()),
  )
  if (profiled && !options.json) {
    print(profileText(status, realClock.stopwatch() - began, totals.events))
  }
  if (status.rules.some(({ acted }) => acted > 0)) process.exitCode = exitCode.wouldAct
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const colours = () => coloursFor(process.stdout.isTTY && process.stdout.hasColors())

const warn = ({ message }: { readonly message: string }): void => {
  process.stderr.write(`${message}\n`)
}

const jsonObserver: ReplayObserver = {
  decision: (decision) => print(JSON.stringify(decisionJson(decision))),
  cooldownEnd: (end) => print(JSON.stringify(cooldownJson(end, true))),
  closed: (closing) => print(JSON.stringify(closingJson(closing))),
  grace: (grace) => print(JSON.stringify(graceJson(grace))),
  deaf: (deafness) => print(JSON.stringify(deafnessJson(deafness))),
  notice: warn,
}

function textObserver(): ReplayObserver {
  const shown = colours()
  return {
    decision: (decision) => print(decisionText(decision, shown)),
    cooldownEnd: (end) => print(cooldownText(end, shown)),
    closed: (closing) => print(closingText(closing, shown)),
    grace: (grace) => print(graceText(grace, shown)),
    deaf: (deafness) => print(deafnessText(deafness, shown)),
    notice: warn,
  }
}
