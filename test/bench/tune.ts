/**
 * What `watchdog tune` over 400 to 500 settings costs, beside one replay of the same million lines. Needs `time`. The first argument
 * is the number of lines.
 */

import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeLog } from './logs.ts'
import { report, time } from './timing.ts'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const lines = Number(process.argv[2] ?? 1_000_000)
const path = (name: string): string => join(tmpdir(), `watchdog-bench-${name}`)
const log = path(`tune-${lines}.log`)
writeLog(log, lines, (index) => `worker (pid ${index % 30_000}) exited; increase workers to minimal`)

const counts = Array.from({ length: 10 }, (_, index) => index + 2).join()
const withins = Array.from({ length: 10 }, (_, index) => `${(index + 1) * 5}min`).join()
const silences = Array.from({ length: 80 }, (_, index) => `${index + 1}min`).join()
const cooldowns = '15s,30s,1min,2min,5min'

const kinds = [
  ['one line in a thousand', 'increase workers to minimal', 'threshold: { count: 5, within: 20min }'],
  ['one line in five', 'cron job', 'threshold: { count: 5, within: 20min }'],
  [
    'different values',
    "{ regex: 'pid (?P<pid>\\d+). exited' }",
    'threshold: { count: 5, within: 20min, distinct: pid }',
  ],
  ['by the engine', 'increase workers to minimal', 'absence: { for: 20min }'],
] as const

for (const [name, match, condition] of kinds) {
  const rules = path('tune.yaml')
  writeFileSync(
    rules,
    `version: 1
sources: { log: { file: ${log}, timezone: UTC } }
rules: { churn: { source: log, match: ${match}, ${condition}, then: [{ restart: site.service }] } }
`,
  )
  const limits = condition.startsWith('threshold') ? `--counts ${counts}` : ''
  const spans = condition.startsWith('threshold') ? withins : silences
  const chosen = `${limits} --within ${spans} --cooldowns ${cooldowns}`
  const replay = time(`node ${program} replay --rules ${rules} ${log}`)
  const tune = time(`node ${program} tune --rules ${rules} --rule churn ${chosen} ${log}`)
  if (replay === undefined || tune === undefined) throw new Error('a run failed')
  const ratio = tune.seconds / replay.seconds
  report(`${name}: tune, to one replay of ${replay.seconds.toFixed(2)} s`, ratio, 'at most 3', ratio <= 3)
}
