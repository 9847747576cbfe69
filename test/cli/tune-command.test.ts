import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tune-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const watchdog = (...args: readonly string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', input: '' })
const tune = (...args: readonly string[]) => watchdog('tune', '--rules', rules, '--rule', 'churn', ...args)
const objects = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const log = join(folder, 'site.log')
const rulesText = (count: number, within: string, cooldown: string): string => `version: 1
sources: { site: { file: ${log}, timezone: UTC } }
rules:
  churn:
    source: site
    match: exited
    threshold: { count: ${count}, within: ${within} }
    then: [{ restart: site.service }]
    cooldown: ${cooldown}
  other:
    source: site
    match: broken
    threshold: { count: 1, within: 1s }
    then: [{ restart: site.service }]
`
const rules = write('rules.yaml', rulesText(20, '90s', '30s'))

const start = Date.UTC(2026, 4, 3, 4, 30)
const line = (second: number, text = 'worker exited'): string =>
  `${new Date(start + second * 1_000).toISOString()} ${text}\n`
const burst = (from: number, times: number, every: number): string =>
  Array.from({ length: times }, (_, index) => line(from + index * every)).join('')
// Two outages of a death every 6 s, a deploy between them of six deaths at once, and something for the other rule.
write(
  'site.log',
  `${line(0, 'started')}${burst(600, 30, 6)}${line(2000, 'broken')}${burst(7200, 6, 1)}${burst(10_800, 30, 6)}${line(20_000, 'quiet')}`,
)
const incidents = write(
  'incidents.yaml',
  `- { name: the first one, from: 2026-05-03 04:40 UTC, until: 2026-05-03 04:45 UTC }
- { from: 2026-05-03 07:30 UTC, until: 2026-05-03 07:35 UTC }
- { name: last year, from: 2025-05-03, until: 2025-05-04 }
`,
)
const lists = ['--counts', '5,8,10,12,20', '--within', '60s,90s,2min', '--cooldowns', '30s,2min']

test('watchdog tune --json says of every setting what a replay with that setting does', () => {
  const { stdout, status, stderr } = tune(log, '--json', ...lists, '--incidents', incidents)
  assert.equal(status, 0, stderr)
  const lines = objects(stdout)
  const settings = lines.filter(({ type }) => type === 'setting')
  assert.equal(settings.length, 5 * 3 * 2)
  for (const [limit, within, cooldown] of [
    [5, 60, 30],
    [10, 90, 120],
    [20, 120, 30],
  ] as const) {
    const file = write('one.yaml', rulesText(limit, `${within}s`, `${cooldown}s`))
    const replayed = objects(watchdog('replay', '--rules', file, log, '--json').stdout)
    const times = replayed.flatMap((one) =>
      one.type === 'decision' && one.rule === 'churn' && one.decision === 'act' ? [one.time] : [],
    )
    const setting = settings.find(
      (one) => one.limit === limit && one.within === within && one.cooldown === cooldown,
    )
    assert.deepEqual([setting.actions, setting.firstAction], [times.length, times[0] ?? null])
    assert.ok(limit === 20 || times.length > 0)
  }
  const present = settings.filter((one) => one.present === true)
  assert.deepEqual(
    present.map(({ limit, caught, missed }) => [limit, caught, missed]),
    [[20, 0, ['the first one', 'incident 2']]],
  )
  const eager = settings.find(({ limit, within }) => limit === 5 && within === 60)
  assert.deepEqual([eager.caught, eager.invented, eager.delay], [2, 1, 24])
  const suggestion = lines.at(-1)
  assert.deepEqual(
    [suggestion.type, suggestion.limit, suggestion.isPresent, suggestion.incidentsOutside],
    ['suggestion', 10, false, 1],
  )
  assert.deepEqual([suggestion.matched, suggestion.related], [66, ['other']])
})

test('watchdog tune shows a table, and ends with a suggestion and its reasons', () => {
  const { stdout, status } = tune(log, ...lists, '--incidents', incidents)
  assert.equal(status, 0)
  assert.match(
    stdout,
    /^churn: 66 matching events, from 2026-05-03T04:30:00.000000Z to 2026-05-03T10:03:20.000000Z$/m,
  )
  assert.match(stdout, /^2 known incidents, and 1 that the logs do not reach$/m)
  assert.match(stdout, /^ {2}count {3}1min +1min 30s +2min$/m)
  assert.match(stdout, /^ +5 +\d+ 2\/2 \+1 /m)
  assert.match(stdout, /^ +20 +0 0\/2 +\*0 0\/2 /m)
  assert.match(stdout, /^ {2}the first one: at 2026-05-03T04:40:54.000000Z, 54s late$/m)
  const [, end = ''] = stdout.split('Suggestion: ')
  assert.match(end, /^10 in [\w ]+, cooldown 30s, instead of 20 in 1min 30s, cooldown 30s\.\n {2}- /)
  assert.match(end, /catches all 2 known incidents, invents none/)
})

test('watchdog tune tries values around the present ones, where none are chosen', () => {
  const lines = objects(tune(log, '--json').stdout)
  assert.ok(lines.length > 200)
  assert.equal(lines.filter(({ present }) => present === true).length, 1)
  assert.match(lines.at(-1).reasons.join(' '), /No incident is known.*--incidents FILE/)
  assert.equal(lines.at(-1).isPresent, true)
})

test('watchdog tune --html writes one page, without a script, whose cells say in text what they show', () => {
  const page = join(folder, 'tune.html')
  const named = write(
    'named.yaml',
    readFileSync(incidents, 'utf8').replace('the first one', '"<script>alert(1)</script>"'),
  )
  assert.equal(tune(log, ...lists, '--incidents', named, '--html', page).status, 0)
  const html = readFileSync(page, 'utf8')
  assert.match(html, /^<!doctype html>\n<html lang="en">/)
  assert.ok(!/<script|https?:|src=|@import|url\(/.test(html))
  assert.match(html, /&lt;script&gt;alert\(1\)/)
  assert.match(html, /prefers-color-scheme: dark/)
  assert.match(html, /<caption>cooldown 30s(, 2min)?: count by window<\/caption>/)
  assert.equal(html.match(/<th scope="row">/g)?.length, 5 * (html.match(/<table>/g)?.length ?? 0))
  assert.match(
    html,
    /<td class="good suggested"[^>]*>\d+ 2\/2 <small>54s late<\/small> <small>suggested<\/small><\/td>/,
  )
  assert.match(html, /<td class="eager" title="5 in 1min, cooldown 30s: [^"]+">/)
  const full = tune(log, '--html', join(folder, 'none', 'tune.html'))
  assert.equal(full.status, 2)
  assert.match(full.stderr, /tune.html cannot be written: ENOENT/)
})

test('watchdog tune takes restarts that the journal tells of for the ends of incidents', () => {
  const entry = (second: number, fields: object): string =>
    `${JSON.stringify({
      __CURSOR: `s=${second}`,
      __REALTIME_TIMESTAMP: String((start + second * 1_000) * 1_000),
      __MONOTONIC_TIMESTAMP: String(second * 1_000_000),
      _BOOT_ID: 'b',
      ...fields,
    })}\n`
  const death = (second: number) => entry(second, { _SYSTEMD_UNIT: 'site.service', MESSAGE: 'worker exited' })
  const job = (second: number, type: string, pid = '1') =>
    entry(second, { _PID: pid, UNIT: 'site.service', JOB_TYPE: type, MESSAGE: 'Stopped The Site.' })
  const planned = (second: number) =>
    entry(second, {
      _PID: '1',
      UNIT: 'site.service',
      MESSAGE: 'site.service: Scheduled restart job, restart counter is at 1.',
    })
  const dump = write(
    'journal.json',
    [
      ...Array.from({ length: 20 }, (_, index) => death(60 + index * 5)),
      job(600, 'restart'),
      job(601, 'restart'),
      // Nobody restarted anything here, whatever a client claims.
      planned(8_000),
      job(8_000, 'restart'),
      job(9_000, 'stop'),
      job(9_500, 'restart', '77'),
      death(10_000),
    ].join(''),
  )
  const file = write(
    'journal.yaml',
    `version: 1
sources: { site: { journal: { unit: site.service } } }
rules: { churn: { source: site, match: exited, threshold: { count: 30, within: 90s }, then: [{ restart: site.service }] } }
`,
  )
  const { stdout, stderr } = watchdog(
    'tune',
    ...['--rules', file, '--rule', 'churn', dump, '--json', '--counts', '8,10,12', '--within', '90s'],
  )
  const lines = objects(stdout)
  const { incidentsFrom, incidents: found, limit } = lines.at(-1)
  assert.equal(incidentsFrom, 'journal')
  assert.deepEqual(
    found.map(({ until }: { until: string }) => until),
    ['2026-05-03T04:40:00.000000Z'],
  )
  const ten = lines.find((one) => one.limit === 10 && one.cooldown === 30)
  assert.deepEqual([ten.caught, ten.invented, ten.delay], [1, 0, 105 - 600])
  assert.equal(limit, 10)
  assert.equal(stderr, `${dump}: journal entries, for source site\n`)
})

test('watchdog tune tells what is wrong with what it is given', () => {
  const refused = (pattern: RegExp, ...args: readonly string[]): void => {
    const { status, stderr } = tune(...args)
    assert.equal(status, 2)
    assert.match(stderr, pattern)
  }
  const wrong = watchdog('tune', '--rules', rules, '--rule', 'chrun', log)
  assert.equal(wrong.status, 2)
  assert.match(wrong.stderr, /unknown rule "chrun": did you mean "churn"\?/)
  refused(/expected whole numbers from 1 to 10000, got "0"/, log, '--counts', '5,0')
  refused(/did you mean 30s\?/, log, '--within', '30')
  refused(/got none/, log, '--within', '0s')
  refused(/name files, or give --journal/)
  refused(/no such file; give its path with --incidents/, log, '--incidents', join(folder, 'none.yaml'))
  const many = Array.from({ length: 200 }, (_, index) => index + 1).join()
  const spans = Array.from({ length: 60 }, (_, index) => `${index + 1}s`).join()
  refused(/at most 10000 settings, got \d+/, log, '--counts', many, '--within', spans)
  const bad = write(
    'bad.yaml',
    '- { nmae: x, from: yesterdya, until: 2026-05-03 }\n- { from: 2026-05-03, until: 2026-05-02 }\n',
  )
  refused(
    /bad.yaml:1:5: error: unknown key "nmae": did you mean "name"\?[\s\S]*bad.yaml:1:20: error: expected a time such as[\s\S]*bad.yaml:2:\d+: error: expected a time after "from"[\s\S]*3 mistakes/,
    log,
    '--incidents',
    bad,
  )
  assert.equal(tune(join(folder, 'none.log')).status, 1)
})
