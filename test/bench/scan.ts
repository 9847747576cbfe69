/**
 * How fast logs are replayed, beside the peers and the limits: SEC, fail2ban-regex, ripgrep, zcat and zstdcat with grep.
 * Needs `time`, and measures against those that are installed (apt-get install time ripgrep sec fail2ban zstd).
 *
 * The first argument is the number of lines of the large log, 20 million unless given.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sizeOf, writeLog } from './logs.ts'
import { race, report, type Timing, time } from './timing.ts'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const lines = Number(process.argv[2] ?? 20_000_000)
const path = (name: string): string => join(tmpdir(), `watchdog-bench-${name}`)
/** Slow peers read the start only: their speed is that of lines per second. */
const slowLines = 500_000

const exit = 'worker exited; increase workers to minimal'
const large = path(`${lines}.log`)
const many = path(`${lines / 4}-many.log`)
const start = path(`${slowLines}.log`)
writeLog(large, lines, (index) => `worker (pid ${index % 30_000}) exited; ${exit}`)
writeLog(many, lines / 4, (index) => `failure number${index % 100} of the service`)
writeLog(start, slowLines, (index) => `worker (pid ${index % 30_000}) exited; ${exit}`)
console.log(`${(lines / 1e6).toFixed(0)} million lines, ${(sizeOf(large) / 1e9).toFixed(1)} GB`)

interface RuleText {
  readonly name: string
  readonly match: string
  readonly more?: string
}

/** A rule file for `log`, and the command that replays it. */
function replay(name: string, log: string, rules: readonly RuleText[]): string {
  const file = path(`${name}.yaml`)
  const text = rules.map(
    (rule) => `  ${rule.name}:
    source: log
    match: ${rule.match}${rule.more ?? ''}
    threshold: { count: 10, within: 90s }
    then: [{ restart: site.service }]`,
  )
  writeFileSync(
    file,
    `version: 1\nsources: { log: { file: ${log}, timezone: UTC } }\nrules:\n${text.join('\n')}\n`,
  )
  return `node ${program} replay --rules ${file} ${log}`
}

/** SEC with the same rules; it is given the lines on its standard input. */
function sec(name: string, patterns: readonly string[]): Timing | undefined {
  const file = path(`${name}.sec`)
  const rules = patterns.map(
    (pattern, index) =>
      `type=SingleWithThreshold\nptype=RegExp\npattern=${pattern}\ndesc=rule ${index}\naction=none\nwindow=90\nthresh=10\n`,
  )
  writeFileSync(file, rules.join('\n'))
  return time(`sec --conf=${file} --input=- --notail --quiet <${start}`, 1)
}

const met = (
  ratio: number | undefined,
  isMet: (ratio: number) => boolean,
  what: string,
  target: string,
): void => {
  if (ratio === undefined) console.log(`${what.padEnd(58)}        not measured: a peer is missing`)
  else report(what, ratio, target, isMet(ratio))
}
const quotient = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one / other
const perSecond = (timing: Timing | undefined, count: number): number | undefined =>
  timing === undefined ? undefined : count / timing.seconds

/** What our own runs took at most. */
const memory: [what: string, mebibytes: number | undefined][] = []

const slower = (bar: number) => (ratio: number) => ratio <= bar
const faster = (bar: number) => (ratio: number) => ratio >= bar

const oneToRg = race(
  replay('one', large, [{ name: 'churn', match: 'increase workers to minimal' }]),
  `rg -c --no-mmap 'increase workers to minimal' ${large}`,
)
const one = oneToRg?.ours
const bySec = sec('one', ['increase workers to minimal'])
// It wants to know whom to ban.
const failregex = 'worker \\(pid <F-ID>\\d+</F-ID>\\) exited; worker exited; increase workers to minimal'
const byFail2ban = time(`fail2ban-regex ${start} '${failregex}'`, 1)
console.log(
  `one literal: ${one?.seconds} s, ${one?.mebibytes.toFixed(0)} MiB; rg ${oneToRg?.theirs.seconds} s; SEC ${bySec?.seconds} s and fail2ban-regex ${byFail2ban?.seconds} s for ${slowLines} lines`,
)
met(
  quotient(perSecond(one, lines), perSecond(bySec, slowLines)),
  faster(100),
  'one literal: lines per second, to SEC',
  'at least 100',
)
met(
  quotient(perSecond(one, lines), perSecond(byFail2ban, slowLines)),
  faster(200),
  'one literal: lines per second, to fail2ban-regex',
  'at least 200',
)
met(oneToRg?.ratio, slower(1.5), 'one literal: time, to rg -c --no-mmap', 'at most 1.5')

const pattern = 'worker \\(pid (\\d+)\\) exited; worker exited; increase'
const regexToRg = race(
  replay('regex', large, [
    {
      name: 'churn',
      match: `{ regex: '${pattern.replace('(\\d+)', '(?P<pid>\\d+)')}' }`,
      more: '\n    group_by: pid',
    },
  ]),
  `rg -c --no-mmap '${pattern}' ${large}`,
)
const regex = regexToRg?.ours
const secRegex = sec('regex', [pattern])
met(
  quotient(perSecond(regex, lines), perSecond(secRegex, slowLines)),
  faster(60),
  'one regex with a capture: lines per second, to SEC',
  'at least 60',
)
memory.push(['one literal', one?.mebibytes], ['one regex', regex?.mebibytes])
met(regexToRg?.ratio, slower(2.5), 'one regex with a capture: time, to rg -c', 'at most 2.5')

for (const [count, toSec, toRg] of [
  [10, 150, 3],
  [100, 500, 1],
] as const) {
  // The index keeps one literal from being the start of another.
  const literals = Array.from({ length: count }, (_, index) => `number${index} of`)
  const list = path(`${count}.literals`)
  writeFileSync(list, `${literals.join('\n')}\n`)
  const toRipgrep = race(
    replay(
      `many${count}`,
      many,
      literals.map((match, index) => ({ name: `r${index}`, match })),
    ),
    `rg -c --no-mmap -F -f ${list} ${many}`,
  )
  memory.push([`${count} rules`, toRipgrep?.ours.mebibytes])
  const theirs = sec(`many${count}`, literals)
  met(
    quotient(perSecond(toRipgrep?.ours, lines / 4), perSecond(theirs, slowLines)),
    faster(toSec),
    `${count} rules: lines per second, to SEC`,
    `at least ${toSec}`,
  )
  met(toRipgrep?.ratio, slower(toRg), `${count} rules: time, to rg -c -F -f`, `at most ${toRg}`)
}

for (const [suffix, compress, cat] of [
  ['gz', 'gzip -kfc', 'zcat'],
  ['zst', 'zstd -qkfc', 'zstdcat'],
] as const) {
  const compressed = `${many}.${suffix}`
  if (!existsSync(compressed)) execFileSync('sh', ['-c', `${compress} ${many} >${compressed}`])
  const toCat = race(
    `${replay('compressed', many, [{ name: 'r', match: 'number17 of' }])}.${suffix}`,
    `${cat} ${compressed} | grep -c 'number17 of'`,
  )
  memory.push([suffix, toCat?.ours.mebibytes])
  met(toCat?.ratio, slower(1.2), `${suffix}: time, to ${cat} | grep -c`, 'at most 1.2')
}
for (const [what, mebibytes] of memory) met(mebibytes, slower(100), `${what}: memory, MiB`, 'at most 100')
