import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { bootLab, type Lab, labUnavailable } from '../lab/lab.ts'
import { until } from '../lab/until.ts'
import { startService } from './service.ts'
import { runWatchdog, startWatchdog, type Watchdog } from './watchdog.ts'

const skip = labUnavailable() ?? false

/** A rule for each source, which says every line that it sees. */
const watching = (sources: Readonly<Record<string, string>>): string => `version: 1
sources:
${Object.entries(sources)
  .map(([name, journal]) => `  ${name}: { journal: ${journal} }`)
  .join('\n')}
rules:
${Object.keys(sources)
  .map(
    (name) => `  of-${name}:
    source: ${name}
    match: { regex: '(?P<word>line \\d+|Suppressed)' }
    group_by: [word]
    threshold: { count: 1, within: 1s }
    then: [{ command: [/bin/true] }]
    cooldown: 1us
    mode: simulate`,
  )
  .join('\n')}
`

const booted = async (t: TestContext): Promise<Lab> => {
  const lab = await bootLab()
  t.after(() => lab.close())
  return lab
}

/** The words that were seen for `source`. */
const seen = (watchdog: Watchdog, source: string): readonly string[] =>
  watchdog
    .records()
    .flatMap(({ type, rule, key }) =>
      type === 'decision' &&
      rule === `of-${source}` &&
      typeof key === 'object' &&
      key !== null &&
      'word' in key
        ? [String(key.word)]
        : [],
    )
const sees = (watchdog: Watchdog, source: string, word: string): Promise<boolean | undefined> =>
  until(`${word} of ${source}`, () => seen(watchdog, source).includes(word), 40_000)

/** Logs by a service of one line. */
const say = (lab: Lab, unit: string, line: string, ...options: readonly string[]) =>
  lab.run('systemd-run', [
    '--quiet',
    '--wait',
    '--description=said',
    `--unit=${unit}`,
    ...options,
    '/bin/echo',
    line,
  ])

describe('which entries of the real journal a source selects', { skip }, () => {
  test('units by a pattern, those too that are made later', async (t) => {
    const lab = await booted(t)
    await say(lab, 'site@one.service', 'line 1')
    const watchdog = await startWatchdog(lab, watching({ site: '{ unit: "site@*.service" }' }))
    await say(lab, 'site@one.service', 'line 2')
    await sees(watchdog, 'site', 'line 2')
    await say(lab, 'other.service', 'line 3')
    await say(lab, 'site@two.service', 'line 4')
    await sees(watchdog, 'site', 'line 4')
    assert.deepEqual(seen(watchdog, 'site'), ['line 2', 'line 4'])
  })

  test('the kernel, priorities and namespaces', async (t) => {
    const lab = await booted(t)
    await lab.writeUnit(
      'spaced.service',
      '[Service]\nLogNamespace=own\nExecStart=/bin/sh -c "echo line 1; sleep infinity"\n',
    )
    await lab.run('systemctl', ['start', 'spaced.service'])
    const watchdog = await startWatchdog(
      lab,
      watching({
        grave: '{ priority: err }',
        own: '{ namespace: own, unit: spaced.service }',
        other: '{ namespace: own, unit: other.service }',
        kernel: '{ kernel: true }',
      }),
    )
    await lab.log('line 2', { fields: { PRIORITY: '4' } })
    await lab.log('line 3', { fields: { PRIORITY: '3' } })
    await lab.log('line 4', { fields: { PRIORITY: '0' } })
    await sees(watchdog, 'grave', 'line 4')
    await lab.run('systemctl', ['restart', 'spaced.service'])
    await sees(watchdog, 'own', 'line 1')
    assert.deepEqual(seen(watchdog, 'grave'), ['line 3', 'line 4'])
    assert.deepEqual(seen(watchdog, 'own'), ['line 1'])
    assert.deepEqual(seen(watchdog, 'other'), [])
    assert.deepEqual(seen(watchdog, 'kernel'), [], 'nobody can claim to be the kernel')
  })

  test("a user's unit, by what journald knows of it", async (t) => {
    const lab = await booted(t)
    await lab.addUser('ann')
    const env = await lab.startUserManager('ann')
    const watchdog = await startWatchdog(lab, watching({ shop: '{ user_unit: shop.service }' }))
    await lab.log('line 1', {
      user: 'ann',
      fields: { _SYSTEMD_USER_UNIT: 'shop.service', USER_UNIT: 'shop.service' },
    })
    // For its first second journald may take what a unit of a user logs for that of the user's manager.
    const script = 'sleep 2; echo line 2; sleep 1'
    await lab.run(
      'systemd-run',
      ['--user', '--quiet', '--wait', '--description=said', '--unit=shop.service', '/bin/sh', '-c', script],
      { user: 'ann', env },
    )
    await sees(watchdog, 'shop', 'line 2')
    assert.deepEqual(seen(watchdog, 'shop'), ['line 2'])
  })

  test('the journals of other machines, as systemd-journal-remote writes them', async (t) => {
    const lab = await booted(t)
    const machine = '0123456789abcdef0123456789abcdef'
    const entry = (number: number): string =>
      [
        `__REALTIME_TIMESTAMP=${Date.now() * 1_000 + number}`,
        `__MONOTONIC_TIMESTAMP=${number * 1_000_000}`,
        `_BOOT_ID=${machine}`,
        `_MACHINE_ID=${machine}`,
        '_SYSTEMD_UNIT=far.service',
        `MESSAGE=line ${number}`,
        '',
        '',
      ].join('\n')
    const receive = (...numbers: readonly number[]) =>
      lab.run(
        '/lib/systemd/systemd-journal-remote',
        ['-o', '/var/log/journal/remote/remote-far.journal', '-'],
        {
          input: numbers.map(entry).join(''),
        },
      )
    await lab.run('mkdir', ['-p', '/var/log/journal/remote'])
    await receive(1)
    const watchdog = await startWatchdog(
      lab,
      watching({ far: '{ directory: /var/log/journal/remote, unit: far.service }' }),
    )
    await receive(2, 3)
    await sees(watchdog, 'far', 'line 3')
    assert.deepEqual(seen(watchdog, 'far'), ['line 2', 'line 3'])
  })

  test('what journald dropped for a service is an event, and leaves its windows incomplete', async (t) => {
    const lab = await booted(t)
    await lab.writeFile(
      '/run/systemd/journald.conf.d/few.conf',
      '[Journal]\nRateLimitIntervalSec=2s\nRateLimitBurst=20\n',
    )
    await lab.run('systemctl', ['restart', 'systemd-journald.service'])
    const site = await startService(lab, 'site')
    const watchdog = await startWatchdog(lab, watching({ site: `{ unit: ${site.unit} }` }))
    await site.log(...Array.from({ length: 2_000 }, () => 'line 1'))
    await until('journald to go on', async () => {
      await site.log('line 2')
      return seen(watchdog, 'site').includes('line 2')
    })
    await sees(watchdog, 'site', 'Suppressed')
    const gap = await watchdog.record({ type: 'source', kind: 'gap' })
    assert.match(String(gap['msg']), /journald dropped messages: Suppressed \d+ messages from/)
    const decision = watchdog.records().find(({ incomplete }) => incomplete === true)
    assert.ok(decision, 'a decision says that something is missing')
  })

  test('a replay of the journal decides as the live run did', async (t) => {
    const lab = await booted(t)
    const site = await startService(lab, 'site')
    const rules = watching({ site: `{ unit: ${site.unit} }` })
    const watchdog = await startWatchdog(lab, rules)
    await site.log('line 1', 'line 2', 'of no interest', 'line 3')
    await sees(watchdog, 'site', 'line 3')
    await watchdog.stop()
    const { stdout, exitCode } = await runWatchdog(lab, [
      'replay',
      '--rules',
      '/run/lab/rules.yaml',
      '--journal',
      '--since',
      '-1h',
      '--json',
    ])
    assert.equal(exitCode, 0)
    const replayed = stdout
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === 'decision')
    const live = watchdog.records().filter(({ type }) => type === 'decision')
    const shown = ({ rule, key, decision, count }: Readonly<Record<string, unknown>>) => ({
      rule,
      key,
      decision,
      count,
    })
    assert.deepEqual(replayed.map(shown), live.map(shown))
    assert.deepEqual(
      replayed.map(({ time }) => time),
      live.map(({ at }) => at),
    )
  })
})
