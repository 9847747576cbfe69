import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bootLab, type Lab, labUnavailable } from '../lab/lab.ts'
import { until } from '../lab/until.ts'
import { deaths } from './rules.ts'
import { type Service, startService } from './service.ts'
import { type LogRecord, runWatchdog, startWatchdog, type Watchdog } from './watchdog.ts'

const skip = labUnavailable() ?? false

/** A rule for every condition and every part of the policy, on two units; `marker` answers each line `marker WORD`. */
const rules = `version: 1
sources:
  site: { journal: { unit: site.service } }
  shop: { journal: { unit: shop.service } }
rules:
  churn:
    source: site
    match: increase workers to minimal
    threshold: { count: 4, within: 90s }
    then: [{ restart: site.service }]
    cooldown: 1s
    grace: 0s
    budget: { actions: 2, per: 1h, then: [{ command: [/bin/true] }] }
  twin:
    source: site
    match: increase workers to minimal
    threshold: { count: 4, within: 90s }
    then: [{ restart: site.service }]
    cooldown: 1s
    grace: 0s
  pools:
    source: shop
    match: { regex: 'pool (?P<pool>\\w+) failed' }
    group_by: [pool]
    threshold: { count: 3, within: 5s }
    then: [{ restart: shop.service }]
    cooldown: 500ms
    grace: 0s
    backoff: { factor: 3, max: 1min }
  beat:
    source: shop
    match: { regex: 'beat of (?P<heart>\\w+)' }
    group_by: [heart]
    absence: { for: 1s }
    then: [{ command: [/bin/true] }]
    cooldown: 3s
  steps:
    source: shop
    match: step
    sequence: { steps: [step one, step two, { match: step three, missing: true }], within: 1s }
    lateness: 500ms
    then: [{ command: [/bin/true] }]
    cooldown: 2s
  careful:
    source: shop
    match: { regex: 'pool \\w+ failed' }
    threshold: { count: 2, within: 1min }
    then: [{ reload_or_restart: shop.service }]
    cooldown: 2s
    grace: 0s
    mode: simulate
  marker:
    source: [site, shop]
    match: { regex: 'marker (?P<word>\\w+)' }
    group_by: [word]
    threshold: { count: 1, within: 1s }
    then: [{ command: [/bin/true] }]
    cooldown: 1us
`

/** Takes a while to stop, to start and to reload. */
const slowUnit = `[Service]
Type=notify
NotifyAccess=all
ExecStart=/bin/sh -c "sleep 0.4; systemd-notify --ready; exec sleep infinity"
ExecReload=/bin/sleep 0.3
ExecStop=/bin/sleep 0.5
`
/** Ends by itself, and is started again by systemd. */
const dyingUnit = `[Unit]
StartLimitIntervalSec=0
[Service]
ExecStart=/bin/sleep 0.7
Restart=always
RestartSec=300ms
`

/** Rules that act upon other units than those that they listen to. */
const rulesOfUnits = `version: 1
sources:
  site: { journal: { unit: site.service } }
rules:
  slow:
    source: site
    match: slow
    threshold: { count: 2, within: 3s }
    then: [{ restart: slow.service }]
    cooldown: 100ms
    grace: 1s
    verify: 1s
  dying:
    source: site
    match: dying
    threshold: { count: 2, within: 3s }
    then: [{ restart: dying.service }]
    cooldown: 5s
    grace: 1s
  twice:
    source: site
    match: twice
    threshold: { count: 2, within: 3s }
    then: [{ reload: slow.service }, { restart: site.service }]
    cooldown: 100ms
    grace: 1s
  marker:
    source: site
    match: { regex: 'marker (?P<word>\\w+)' }
    group_by: [word]
    threshold: { count: 1, within: 1s }
    then: [{ command: [/bin/true] }]
    cooldown: 1us
`

describe('a replay of the journal decides what the live run decided', { skip }, () => {
  test('of bursts, cooldowns, budgets, backoff, keys, silence, steps and simulation', async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    const site = await startService(lab, 'site')
    const shop = await startService(lab, 'shop')
    const watchdog = await startWatchdog(lab, rules)

    await shop.log('beat of north', 'step one', 'step two')
    for (const round of [1, 2, 3]) {
      await site.log(...deaths(3), ...deaths(6), `marker site${round}`)
      await judged(watchdog, `site${round}`)
      await shop.log('pool a failed', 'pool b failed', 'pool b failed', 'pool b failed', 'pool a failed')
      await shop.started(round + 1)
      await shop.log(`marker shop${round}`, 'step one', 'step two', round === 2 ? 'step three' : 'step four')
      await judged(watchdog, `shop${round}`)
      if (round < 3) await until('the cooldowns to end', () => openCooldowns(watchdog) === 0)
    }
    await until('a silence, a missing step', () => watchdog.decisions('beat').length > 1)

    const { live, replayed, dumped, words } = await compared(lab, watchdog, site)
    assert.deepEqual(replayed, live)
    assert.deepEqual(dumped, live)
    const { beat, ...others } = words
    assert.match(beat ?? '', /^act act/)
    assert.deepEqual(others, {
      churn: 'act act budget',
      twin: 'cooldown cooldown budget',
      pools: 'act act act',
      careful: 'dry-run dry-run dry-run',
      steps: 'act act',
    })
  })

  test('of what an administrator does to the units, and of actions that take their time', async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    const site = await startService(lab, 'site')
    await lab.writeUnit('slow.service', slowUnit)
    await lab.writeUnit('dying.service', dyingUnit)
    await lab.run('systemctl', ['start', 'slow.service', 'dying.service'])
    const watchdog = await startWatchdog(lab, rulesOfUnits)
    const systemctl = (...args: readonly string[]) => lab.run('systemctl', args)
    let rounds = 0
    /** Lets all rules see enough to act upon, and waits until they have judged it. */
    const complain = async () => {
      const word = `round${++rounds}`
      await site.log(...['slow', 'dying', 'twice', 'site'].flatMap((name) => [`${name} 1`, `${name} 2`]))
      await site.log(`marker ${word}`)
      await judged(watchdog, word)
    }
    const quiet = () => until('the cooldowns to end', () => openCooldowns(watchdog) === 0)
    /** Waits until the grace of what `act` does to `unit` is over. */
    const disturb = async (unit: string, ...args: readonly string[]) => {
      await quiet()
      await until('our own actions to be past', () => Date.now() > latestOutcome(watchdog) + 500)
      const told = graces(watchdog, unit).length
      await systemctl(...args, unit)
      await until(`the grace of ${unit}`, () => graces(watchdog, unit).length > told)
    }
    const graceOver = () =>
      until('the grace to end', () =>
        graces(watchdog).every(({ until: end }) => Date.now() > Date.parse(String(end)) + 50),
      )

    // The services were started a moment ago.
    await complain()
    await graceOver()
    await complain()
    await complain()
    await quiet()
    await disturb('slow.service', 'reload')
    await complain()
    await graceOver()
    await complain()
    await quiet()
    await disturb('slow.service', 'restart')
    await complain()
    await graceOver()
    await disturb('slow.service', 'stop')
    await complain()
    await graceOver()
    await complain()
    await disturb('slow.service', 'start')
    await graceOver()
    await complain()
    await quiet()

    const { live, replayed, dumped, words } = await compared(lab, watchdog, site)
    assert.deepEqual(replayed, live)
    assert.deepEqual(dumped, live)
    assert.match(words['slow'] ?? '', /^act act .*stopped.* act$/)
    assert.match(words['twice'] ?? '', /^act/)
    assert.match(words['dying'] ?? '', /^act act/)
  })
})

/** Waits until the watchdog has judged the line `marker WORD`, and so every line of that source before it. */
const judged = (watchdog: Watchdog, word: string): Promise<LogRecord> =>
  until(`marker ${word}`, () => watchdog.records().find(({ key }) => isObject(key) && key['word'] === word))

/** What was told of others' doings. */
const graces = (watchdog: Watchdog, unit?: string): readonly LogRecord[] =>
  watchdog.records().filter((one) => one['type'] === 'grace' && (unit ?? one['unit']) === one['unit'])

const latestOutcome = (watchdog: Watchdog): number =>
  Math.max(...watchdog.records().map(({ type, at }) => (type === 'outcome' ? Date.parse(String(at)) : 0)))

/** Cooldowns that have begun and not ended, but for those that are long. */
function openCooldowns(watchdog: Watchdog): number {
  const ended = new Set(watchdog.records().map(({ type, decision }) => (type === 'cooldown' ? decision : '')))
  return watchdog
    .records()
    .filter(({ type, decision }) => type === 'decision' && (decision === 'act' || decision === 'dry-run'))
    .filter(({ rule, id }) => !['marker', 'beat', 'dying'].includes(String(rule)) && !ended.has(id)).length
}

/** What a decision must have in common, live and replayed. */
interface Decided {
  readonly at: string
  readonly rule: string
  readonly what: string
}

interface Compared {
  readonly live: readonly Decided[]
  /** The journal, and a dump of it. */
  readonly replayed: readonly Decided[]
  readonly dumped: readonly Decided[]
  /** What each rule decided, in order. */
  readonly words: Readonly<Record<string, string>>
}

/** Ends the live run with a last line of `service`, replays what was logged, and gives the decisions up to that line. */
async function compared(lab: Lab, watchdog: Watchdog, service: Service): Promise<Compared> {
  await service.log('marker end')
  const { at: end } = await judged(watchdog, 'end')
  // What was due before the last line may be decided so much later.
  await until('the last silence to be judged', () => Date.now() > Date.parse(String(end)) + 2_500)
  await watchdog.stop()
  const upToEnd = (decisions: readonly Decided[]) =>
    decisions
      .filter(({ at }) => at <= String(end))
      .sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1))
  const live = upToEnd(watchdog.records().flatMap(decided))
  const words: Record<string, string[]> = {}
  for (const { rule, what } of live) if (rule !== 'marker') words[rule] = [...(words[rule] ?? []), what]
  await lab.run('sh', ['-c', 'journalctl --quiet --output=export >/run/lab/journal.export'])
  const replay = async (...log: readonly string[]) => {
    const { stdout } = await runWatchdog(lab, ['replay', '--rules', '/run/lab/rules.yaml', '--json', ...log])
    const lines = stdout.split('\n').map((line) => JSON.parse(line))
    return upToEnd(lines.flatMap(({ time, ...rest }) => decided({ ...rest, at: time })))
  }
  return {
    live,
    replayed: await replay('--journal'),
    dumped: await replay('/run/lab/journal.export'),
    words: Object.fromEntries(Object.entries(words).map(([rule, of]) => [rule, of.join(' ')])),
  }
}

const sortKey = (decided: Decided): string => `${decided.at} ${decided.rule}`

function decided(record: LogRecord): readonly (Decided & LogRecord)[] {
  const { type, at, rule, key, target, decision, count, first, last, policy } = record
  if (type !== 'decision') return []
  return [
    { at: String(at), rule: String(rule), what: String(decision), key, target, count, first, last, policy },
  ]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
