import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { progressText } from '../../src/cli/progress.ts'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'explain-'))
const [log, rules] = [join(directory, 'site.log'), join(directory, 'rules.yaml')]
after(() => rmSync(directory, { recursive: true, force: true }))
before(() => {
  const start = Date.parse('2026-11-01T00:00:00Z')
  // Two deaths; three that are acted upon, at 102 s; two in the cooldown; three at 300 s, by another worker.
  const deaths = [0, 1, 100, 101, 102, 103, 110, 300, 301, 302]
  writeFileSync(
    log,
    deaths
      .map(
        (second) =>
          `${new Date(start + second * 1_000).toISOString()} worker ${second < 200 ? 'a' : 'b'} died\n`,
      )
      .join(''),
  )
  writeFileSync(
    rules,
    `version: 1
sources: { site: { file: ${log} } }
rules:
  churn:
    source: site
    match: { regex: 'worker (?P<worker>\\w+) died' }
    group_by: worker
    threshold: { count: 3, within: 60s }
    then: [{ restart: site.service }]
    cooldown: 30s
    budget: { actions: 1, per: 1h }
  calm:
    source: site
    match: nothing of the kind
    threshold: { count: 1, within: 60s }
    then: [{ restart: other.service }]
`,
  )
})

const replay = (...args: readonly string[]) =>
  execa(process.execPath, [program, 'replay', '--rules', rules, log, ...args], {
    reject: false,
    timeout: 30_000,
    env: { TZ: 'UTC' },
  })
const explain = async (what: string) =>
  JSON.parse((await replay('--explain', what, '--json')).stdout) as {
    readonly reasons: readonly string[]
    readonly events: readonly { readonly fate: string; readonly count: number | null }[]
    readonly decisions: readonly { readonly decision: string }[]
  }

describe('watchdog replay --explain', () => {
  test('shows a window that was not full', async () => {
    const { events, reasons, decisions } = await explain('churn@2026-11-01T00:00:30Z')
    assert.deepEqual(
      events.map(({ fate, count }) => [fate, count]),
      [
        ['counted', 1],
        ['counted', 2],
      ],
    )
    assert.deepEqual(decisions, [])
    assert.match(reasons.join('\n'), /the window held 2 events; it takes 3 events within 1min/)
  })

  test('shows what it acted upon, at that time and not before', async () => {
    const { events, reasons } = await explain('churn@2026-11-01T00:01:42Z')
    assert.deepEqual(
      events.map(({ count }) => count),
      [1, 2, 3],
    )
    assert.match(reasons[0] ?? '', /it acted for worker=a: restart site\.service, at this very time/)
    const { decisions } = await explain('churn@2026-11-01T00:01:41.999Z')
    assert.deepEqual(decisions, [])
  })

  test('shows the cooldown, and what it ignored', async () => {
    const { events, reasons } = await explain('churn@2026-11-01T00:02:00Z')
    assert.deepEqual(
      events.slice(-2).map(({ fate }) => fate),
      ['cooldown', 'cooldown'],
    )
    assert.match(
      reasons.join('\n'),
      /in a cooldown until 2026-11-01T00:02:12\.000000Z: 2 matching events ignored/,
    )
    assert.match(reasons.join('\n'), /it acted for worker=a: restart site\.service, 18s before/)
  })

  test('shows that the budget held it back', async () => {
    const { reasons, decisions } = await explain('churn@2026-11-01T00:05:02Z')
    assert.match(reasons[0] ?? '', /held back for worker=b: given up: its budget/)
    assert.match(reasons.join('\n'), /had given site\.service up/)
    assert.deepEqual(
      decisions.map(({ decision }) => decision),
      ['act', 'budget'],
    )
  })

  test('says in words what there was, also where there was nothing', async () => {
    const { stdout, exitCode } = await replay('--explain', 'calm@2026-11-01 00:01:00')
    assert.match(stdout, /no matching event in the span of the window/)
    assert.match(stdout, /the window was empty: no event had matched; it takes 1 events within 1min/)
    assert.equal(exitCode, 0)
  })

  test('tells what it expects', async () => {
    for (const what of ['nothing@-1h', 'churn']) {
      const { stderr, exitCode } = await replay('--explain', what)
      assert.match(stderr, /--explain: expected (RULE@TIME|a time)/)
      assert.equal(exitCode, 2)
    }
  })
})

test('watchdog replay --chart shows each rule in three lines, with actions and what was held back', async () => {
  const { stdout } = await replay('--chart')
  const lines = stdout.split('\n')
  const at = lines.findIndex((line) => line.startsWith('churn  3 events within 1min'))
  assert.match(lines[at + 1] ?? '', /▼.*◇/)
  assert.match(lines[at + 2] ?? '', /█.*█/)
  assert.match(lines.at(-1) ?? '', /2026-11-01 00:00 +2026-11-01 00:05/)
})

test('watchdog replay --junit fails for the rules that would have acted', async () => {
  const file = join(directory, 'junit.xml')
  await replay('--junit', file)
  const xml = readFileSync(file, 'utf8')
  assert.match(xml, /tests="2" failures="1"/)
  assert.match(xml, /<testcase name="calm"[^>]*\/>/)
  assert.match(
    xml,
    /<failure message="would have acted 1 times">2026-11-01T00:01:42\.000000Z would restart site\.service/,
  )
})

describe('assumptions of a replay', () => {
  const decisions = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await replay('--json', ...args)).stdout
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === 'decision' || type === 'cooldown')
      .map(
        ({ type, time, decision }) =>
          `${type === 'cooldown' ? 'cooldown ends' : decision} ${time.slice(14, 19)}`,
      )

  test('--assume-job keeps the cooldown until the job has ended', async () => {
    assert.deepEqual((await decisions()).slice(0, 2), ['act 01:42', 'cooldown ends 02:12'])
    assert.deepEqual((await decisions('--assume-job', '1min')).slice(0, 2), [
      'act 01:42',
      'cooldown ends 02:42',
    ])
    const { stderr, exitCode } = await replay('--assume-job', 'soon')
    assert.match(stderr, /expected a time span/)
    assert.equal(exitCode, 2)
  })
})

describe('whether an action is taken to help', () => {
  const [long, verified] = [join(directory, 'long.log'), join(directory, 'verified.yaml')]
  before(() => {
    const start = Date.parse('2026-11-01T00:00:00Z')
    // Ten minutes of trouble, an hour of quiet, and trouble again.
    const deaths = Array.from({ length: 240 }, (_, number) => number * 5 + (number < 120 ? 0 : 3_600))
    writeFileSync(
      long,
      deaths.map((second) => `${new Date(start + second * 1_000).toISOString()} worker a died\n`).join(''),
    )
    writeFileSync(
      verified,
      `version: 1
sources: { site: { file: ${long} } }
rules:
  churn:
    source: site
    match: died
    threshold: { count: 10, within: 60s }
    then: [{ restart: site.service }]
    cooldown: 30s
    verify: 20s
`,
    )
  })
  const outcomes = async (...args: readonly string[]) => {
    const { stdout } = await execa(
      process.execPath,
      [program, 'replay', '--rules', verified, long, '--json', ...args],
      { reject: false },
    )
    const lines = stdout.split('\n').map((line) => JSON.parse(line))
    const acted = lines.filter(({ type, decision }) => type === 'decision' && decision === 'act')
    const closed = lines.filter(({ type }) => type === 'closed')
    return {
      acted: acted.length,
      recovered: closed.filter(({ recovered }) => recovered).length,
      notRecovered: closed.filter(({ recovered, because }) => !recovered && because === 'unit').length,
    }
  }

  test('unless told, the log is what is judged', async () => {
    const { acted, notRecovered } = await outcomes()
    assert.ok(acted > 10, `${acted}`)
    assert.equal(notRecovered, 0)
  })

  test('--assume-recovers yes takes what goes on for the trouble that has been ended', async () => {
    assert.equal((await outcomes('--assume-recovers', 'yes')).acted, 2)
  })

  test('--assume-recovers no takes the unit for one that did not come back', async () => {
    const { acted, recovered, notRecovered } = await outcomes('--assume-recovers', 'no')
    assert.ok(acted > 10 && notRecovered > 10, `${acted} ${notRecovered}`)
    assert.equal(recovered, 0)
  })
})

test('progress tells how far it is, how fast, and how long it takes', () => {
  const half = progressText({ events: 3_000_000, bytes: 50, total: 100, seconds: 2 })
  assert.equal(half, '████████████░░░░░░░░░░░░  50 %  3.0 M events, 1.5 M/s, 2s left')
  assert.equal(progressText({ events: 1_500, bytes: 0, total: undefined, seconds: 3 }), '1.5 k events, 500/s')
})
