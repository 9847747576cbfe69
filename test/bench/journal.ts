/**
 * How fast a journal is replayed, beside journalctl alone with the same selection. Needs `time` and systemd-journal-remote, which
 * writes the journal.
 *
 * The first argument is the number of its entries, 300 000 unless given.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { byTurns, median, report, type Timing, time } from './timing.ts'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const entries = Number(process.argv[2] ?? 300_000)
const path = (name: string): string => join(tmpdir(), `watchdog-bench-${name}`)
/** A directory: they do not fit into one file. */
const journal = path(`${entries}-entries`)
const id = '0123456789abcdef0123456789abcdef'

if (!existsSync(journal)) {
  const dump = path(`${entries}-entries.export`)
  const fd = openSync(dump, 'w')
  const start = Date.UTC(2026, 0, 1) * 1_000
  for (let from = 0; from < entries; from += 10_000) {
    const chunk = Array.from({ length: 10_000 }, (_, index) => {
      const number = from + index
      const unit = number % 1_000 === 500 ? 'site.service' : 'busy.service'
      return [
        `__REALTIME_TIMESTAMP=${start + number * 10_000}`,
        `__MONOTONIC_TIMESTAMP=${number * 10_000}`,
        `_BOOT_ID=${id}`,
        `_MACHINE_ID=${id}`,
        '_HOSTNAME=host',
        'PRIORITY=6',
        '_UID=33',
        '_GID=33',
        `_PID=${1_000 + (number % 500)}`,
        '_COMM=app',
        '_EXE=/usr/bin/app',
        '_TRANSPORT=stdout',
        'SYSLOG_IDENTIFIER=app',
        `_SYSTEMD_UNIT=${unit}`,
        `MESSAGE=request ${number} was answered in ${number % 977} ms by worker ${number % 31}`,
        '',
        '',
      ].join('\n')
    })
    writeSync(fd, chunk.join(''))
  }
  closeSync(fd)
  mkdirSync(journal)
  execFileSync('/lib/systemd/systemd-journal-remote', ['-o', join(journal, 'entries.journal'), dump], {
    stdio: 'ignore',
  })
  rmSync(dump)
}

const ms = ({ seconds }: Timing): string => (seconds * 1_000).toFixed(0)

/** The command that replays it with one rule on `unit`. */
function replay(unit: string): string {
  const rules = path(`${unit}.yaml`)
  writeFileSync(
    rules,
    `version: 1
sources: { it: { journal: { unit: ${unit} } } }
rules:
  slow:
    source: it
    match: 'answered in 976 ms'
    threshold: { count: 10, within: 90s }
    then: [{ restart: ${unit} }]
`,
  )
  return `node ${program} replay --rules ${rules} ${journal}`
}
const fields =
  '--output-fields=MESSAGE,MESSAGE_ID,_UID,_SYSTEMD_UNIT,_PID,UNIT,OBJECT_SYSTEMD_UNIT,COREDUMP_UNIT'
const alone = (unit: string, output: string, more = ''): string =>
  `journalctl --directory=${journal} --quiet --no-pager ${output} ${more} _SYSTEMD_UNIT=${unit} + _PID=1 UNIT=${unit} + _UID=0 OBJECT_SYSTEMD_UNIT=${unit} >/dev/null`

// The same with next to nothing to read: what the runtime and the rule file take.
writeFileSync(
  path('empty.export'),
  `__CURSOR=x\n__REALTIME_TIMESTAMP=1767225600000000\n_SYSTEMD_UNIT=site.service\nMESSAGE=x\n\n`,
)
const seldom = byTurns(
  [
    replay('site.service'),
    replay('site.service').replace(journal, path('empty.export')),
    alone('site.service', `--output=export ${fields}`),
  ],
  15,
)
const all = time(replay('busy.service'))
const allAlone = time(alone('busy.service', `--output=export ${fields}`))
const grepping = time(
  alone(
    'busy.service',
    `--output=export ${fields}`,
    "--grep='answered in 976 ms|Suppressed ' --case-sensitive=yes",
  ),
)
const asJson = time(alone('busy.service', '--output=json'))
if (
  seldom === undefined ||
  all === undefined ||
  allAlone === undefined ||
  grepping === undefined ||
  asJson === undefined
) {
  throw new Error('a command could not be run')
}
const rounds = seldom.map((round) => round.map(({ seconds }) => seconds * 1_000))
const whole = median(rounds.map(([replayed = 0]) => replayed))
const net = median(rounds.map(([replayed = 0, empty = 0]) => replayed - empty))
const journalctl = median(rounds.map(([, , alone = 0]) => alone))
console.log(
  `${entries} entries, 0.1 % of them: ${whole.toFixed(0)} ms, ${net.toFixed(0)} more than the start; journalctl alone ${journalctl.toFixed(0)} ms`,
)
report(
  '0.1 %: time without the start, to journalctl alone',
  net / journalctl,
  'at most 1.3',
  net <= 1.3 * journalctl,
)
// What it runs is told the rule's literal, and takes the less.
const own = all.cpuSeconds - grepping.cpuSeconds
const cpu = ({ cpuSeconds }: Timing): string => (cpuSeconds * 1_000).toFixed(0)
console.log(
  `all: ${ms(all)} ms, ${all.mebibytes.toFixed(0)} MiB; journalctl alone ${ms(allAlone)} ms, with the rule's literal ${ms(grepping)} ms, -o json ${ms(asJson)} ms`,
)
console.log(
  `all: processor time ${(own * 1_000).toFixed(0)} ms, and its journalctl's ${cpu(grepping)} ms; journalctl alone ${cpu(allAlone)} ms`,
)
report(
  "all: the watchdog's own processor time, to journalctl's alone",
  own / allAlone.cpuSeconds,
  'at most 0.5',
  own <= allAlone.cpuSeconds / 2,
)
report(
  'all: entries per second, to journalctl -o json',
  asJson.seconds / all.seconds,
  'at least 3',
  asJson.seconds >= 3 * all.seconds,
)
console.log(spawnSync('journalctl', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0])
