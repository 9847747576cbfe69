import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'diff-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const diff = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, [program, 'diff', ...args], { encoding: 'utf8', input })

interface RuleText {
  readonly count?: number
  readonly cooldown?: string
  readonly more?: string
  readonly action?: string
}

const log = join(folder, 'site.log')
const rules = (
  name: string,
  { count = 3, cooldown = '30s', more = '', action = 'restart' }: RuleText = {},
): string =>
  write(
    name,
    `version: 1
sources: { site: { file: ${log}, timezone: UTC } }
rules:
  churn:
    source: site
    match: exited
    threshold: { count: ${count}, within: 90s }
    then: [{ ${action}: site.service }]
    cooldown: ${cooldown}
${more}`,
  )

const line = (second: number, text = 'worker exited'): string =>
  `${new Date(Date.UTC(2026, 4, 3, 4, 30, second)).toISOString()} ${text}\n`
// Two outages, an hour apart: five exits 9 s apart, and three.
write(
  'site.log',
  [0, 9, 18, 27, 36, 3600, 3609, 3618].map((second) => line(second)).join('') + line(3700, 'quiet'),
)

const old = rules('old.yaml')

test('watchdog diff says nothing changes where nothing does', () => {
  const same = rules('same.yaml', { more: '    description: the same, better described\n' })
  const { stdout, status } = diff([old, same, log])
  assert.equal(status, 0)
  assert.equal(stdout, `No decision changes; 2 decisions in all.\nActions: 2 by ${old}, 2 by ${same}.\n`)
})

test('watchdog diff shows decisions that move, vanish, appear and come to something else', () => {
  const higher = rules('higher.yaml', { count: 4 })
  const raised = diff([old, higher, log])
  assert.equal(raised.status, 10)
  assert.deepEqual(raised.stdout.split('\n').slice(0, -1), [
    '~ 2026-05-03T04:30:27.000000Z  churn  would restart site.service, 9s later than at 2026-05-03T04:30:18.000000Z',
    '      4 events in 27s',
    '      last 2026-05-03T04:30:27.000Z worker exited',
    '- 2026-05-03T05:30:18.000000Z  churn  would restart site.service',
    '      3 events in 18s',
    '      last 2026-05-03T05:30:18.000Z worker exited',
    '2 changes: 0 + appear, 1 - vanish, 1 ~ change; 0 stay as they are.',
    `Actions: 2 by ${old}, 1 by ${higher}.`,
  ])
  assert.match(diff([higher, old, log]).stdout, /^\+ 2026-05-03T05:30:18.000000Z {2}churn/m)

  const budget = rules('budget.yaml', { more: '    budget: { actions: 1, per: 2h }\n' })
  assert.match(
    diff([old, budget, log]).stdout,
    /^~ 2026-05-03T05:30:18.000000Z {2}churn {2}held back: given up.*; before: would restart site.service$/m,
  )
  const reload = rules('reload.yaml', { action: 'reload' })
  assert.match(
    diff([old, reload, log]).stdout,
    /would reload site.service; before: would restart site.service$/m,
  )
})

test('watchdog diff takes two decisions for one that moved only where they can be about the same', () => {
  const text = (match: string): string => rulesText.replace('match: exited', `match: ${match}`)
  const rulesText = readFileSync(old, 'utf8')
  const early = Array.from({ length: 3 }, (_, index) => line(index, 'early')).join('')
  const late = (from: number): string =>
    Array.from({ length: 3 }, (_, index) => line(from + index, 'late')).join('')
  const sides = [write('early.yaml', text('early')), write('late.yaml', text('late')), '-']
  const near = diff(sides, early + late(110)).stdout
  assert.match(near, /^~ .*, 1min 50s later than at 2026-05-03T04:30:02.000000Z$/m)
  // The window and the cooldown together are 2 min long.
  const far = diff(sides, early + late(130)).stdout
  assert.match(far, /^2 changes: 1 \+ appear, 1 - vanish, 0 ~ change/m)
})

test('watchdog diff --json tells programs the same', () => {
  const { stdout, status } = diff([old, rules('higher.yaml', { count: 4 }), log, '--json'])
  assert.equal(status, 10)
  const [moved, gone, summary] = stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))
  assert.deepEqual(
    [moved.change, moved.of, moved.shiftSeconds, moved.old.time, moved.new.decision],
    ['changes', ['time'], 9, '2026-05-03T04:30:18.000000Z', 'act'],
  )
  assert.deepEqual([gone.change, gone.old.time, gone.new], ['vanishes', '2026-05-03T05:30:18.000000Z', null])
  assert.deepEqual(summary, {
    type: 'summary',
    changes: 2,
    appear: 0,
    vanish: 1,
    change: 1,
    same: 0,
    acted: { old: 2, new: 1 },
    onlyIn: { old: [], new: [] },
  })
})

test('watchdog diff names rules that only one file has, and reads standard input once for both', () => {
  const more = `  other: { source: site, match: quiet, threshold: { count: 1, within: 1s }, then: [{ restart: other.service }] }\n`
  const added = rules('added.yaml', { more })
  const text = [line(0), line(1), line(2), line(3, 'quiet')].join('')
  const { stdout, status } = diff([old, added, '-'], text)
  assert.equal(status, 10)
  assert.match(stdout, /^\+ 2026-05-03T04:30:03.000000Z {2}other {2}would restart other.service$/m)
  assert.match(stdout, new RegExp(`^Only in ${added}: other.$`, 'm'))
  assert.match(stdout, /1 stay as they are/)
})

test('watchdog diff looks at a part of the log only, where it is told to', () => {
  const higher = rules('higher.yaml', { count: 4 })
  const { stdout } = diff([old, higher, log, '--since', '2026-05-03 05:00 UTC'])
  assert.match(stdout, /^1 change: 0 \+ appear, 1 - vanish/m)
  assert.equal(diff([old, higher, log, '--until', '2026-05-03 04:30:10 UTC']).status, 0)
})

test('watchdog diff ends with 2 for wrong usage or rules, and 1 for a log that cannot be read', () => {
  const none = diff([old, old])
  assert.equal(none.status, 2)
  assert.match(none.stderr, /name files, or give --journal/)
  const wrong = diff([old, write('wrong.yaml', 'version: 1\nrules: {}\n'), log])
  assert.equal(wrong.status, 2)
  assert.match(wrong.stderr, /wrong.yaml:2/)
  assert.equal(diff([old]).status, 2)
  assert.equal(diff([old, old, log, '--since', 'whenever']).status, 2)
  const missing = diff([old, old, join(folder, 'none.log')])
  assert.equal(missing.status, 1)
  assert.match(missing.stderr, /none.log does not exist/)
})
