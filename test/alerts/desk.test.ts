import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Incident } from '../../src/actions/incident.ts'
import { AlertDesk, type DeskOptions } from '../../src/alerts/desk.ts'
import { directoryOutbox } from '../../src/alerts/directory-outbox.ts'
import type { AlertMessage } from '../../src/alerts/message.ts'
import type { AlertNotice } from '../../src/alerts/notice.ts'
import { memoryOutbox } from '../../src/alerts/outbox.ts'
import type { AlertSpec } from '../../src/config/alert-spec.ts'
import { type Duration, instant, milliseconds, seconds } from '../../src/engine/time.ts'
import { realClock } from '../../src/platform/clock.ts'
import { until } from '../lab/until.ts'
import { answers, dies, HttpReceiver, hangs, takes } from '../support/http-receiver.ts'
import { closing, nthIncident } from './messages.ts'

const isRoot = process.getuid?.() === 0

const webhook = (url: string, repeatInterval: Duration = seconds(3_600)): AlertSpec => ({
  channel: { kind: 'webhook', url, headers: new Map(), timeout: seconds(20) },
  repeatInterval,
})

/** One that happens now. */
const now = (
  number: number,
  key: Readonly<Record<string, string>> = { number: String(number) },
): Incident => ({
  ...nthIncident(number, key),
  at: realClock.now(),
})

interface Stage {
  readonly folder: string
  readonly notices: AlertNotice[]
  readonly open: (specs: Readonly<Record<string, AlertSpec>>, more?: Partial<DeskOptions>) => AlertDesk
}

/** The directory of the alerts is a tmpfs where options for it are given. */
function stage(t: TestContext, mountOptions?: string): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'desk-'))
  const directory = join(folder, 'alerts')
  if (mountOptions !== undefined) {
    mkdirSync(directory)
    execFileSync('mount', ['-t', 'tmpfs', '-o', mountOptions, 'tmpfs', directory])
  }
  const desks: AlertDesk[] = []
  const notices: AlertNotice[] = []
  t.after(async () => {
    for (const desk of desks) await desk.close(0)
    if (mountOptions !== undefined) execFileSync('umount', ['--lazy', directory])
    rmSync(folder, { recursive: true, force: true })
  })
  const notify = (notice: AlertNotice): number => notices.push(notice)
  const open: Stage['open'] = (specs, more) => {
    const desk = new AlertDesk({
      specs: new Map(Object.entries(specs)),
      outbox: directoryOutbox({ directory, notify }),
      unkept: [],
      clock: realClock,
      host: 'web1',
      credentials: undefined,
      notify,
      random: () => 1,
      ...more,
    })
    desks.push(desk)
    return desk
  }
  return { folder, notices, open }
}

async function receiverOf(t: TestContext, conduct = takes): Promise<HttpReceiver> {
  const receiver = await HttpReceiver.start(conduct)
  t.after(() => receiver.stop())
  return receiver
}

const perform = (desk: AlertDesk, incident: Incident, alert = 'ops') =>
  desk.perform({ kind: 'alert', alert }, incident)

const messages = ({ received }: HttpReceiver): readonly AlertMessage[] =>
  received.map(({ body }) => JSON.parse(body))

const files = (folder: string): readonly string[] => readdirSync(join(folder, 'alerts'))

test('an alert is done when it is on disk, and survives the watchdog', async (t) => {
  const { folder, open } = stage(t)
  const receiver = await receiverOf(t, hangs)
  const specs = { ops: webhook(receiver.url) }
  const desk = open(specs)
  const attempt = await perform(desk, now(1))
  assert.equal(attempt.result, 'done')
  const [name = ''] = files(folder)
  assert.match(readFileSync(join(folder, 'alerts', name), 'utf8'), /restart site\.service: done/)
  await until('the request', () => receiver.received.length === 1)
  await desk.close(0)
  assert.equal(desk.waiting, 1)
  receiver.conduct = takes
  const next = open(specs)
  await until('the delivery', () => next.waiting === 0)
  assert.deepEqual(
    messages(receiver).map(({ id }) => id),
    Array(2).fill(messages(receiver)[0]?.id),
  )
})

test('what fails is tried again until it arrives, in its order', async (t) => {
  const { notices, open } = stage(t)
  let turn = 0
  const receiver = await receiverOf(t, (answer, request) => {
    const conducts = [answers(500), dies, takes]
    conducts[Math.min(turn++, 2)]?.(answer, request)
  })
  const desk = open({ ops: webhook(receiver.url) })
  await perform(desk, now(1, {}))
  desk.closed(closing(1, realClock.now()))
  await until('both', () => desk.waiting === 0)
  const statuses = messages(receiver).map(({ status }) => status)
  assert.deepEqual(statuses, ['firing', 'firing', 'firing', 'recovered'])
  assert.deepEqual(
    notices.map(({ kind }) => kind),
    ['failing', 'failing', 'delivered', 'delivered'],
  )
  assert.match(notices[0]?.message ?? '', /answered 500; it waits, the next try is in 1s$/)
  assert.match(notices[2]?.message ?? '', /^alert ops delivered, after 2 failed attempts: worker-churn/)
})

test('one that hangs holds no other up', async (t) => {
  const { open } = stage(t)
  const [bad, good] = [await receiverOf(t, hangs), await receiverOf(t)]
  const desk = open({ bad: webhook(bad.url), good: webhook(good.url) })
  await perform(desk, now(1), 'bad')
  await until('the hanging request', () => bad.received.length === 1)
  await perform(desk, now(1), 'good')
  await until('the other', () => good.received.length === 1)
})

test('a message that always fails holds no other up, and one that is refused is told of and dropped', async (t) => {
  const { notices, open } = stage(t)
  const receiver = await receiverOf(t, (answer, request) => {
    const bad = request.body.includes('"number":"1"') ? answers(500) : takes
    const conduct = request.body.includes('"number":"2"') ? answers(422, 'unknown field') : bad
    conduct(answer, request)
  })
  const desk = open({ ops: webhook(receiver.url) })
  for (const number of [1, 2, 3]) await perform(desk, now(number))
  await until('the third', () => messages(receiver).some(({ key }) => key['number'] === '3'))
  await until('that only the first waits', () => desk.waiting === 1)
  const dropped = notices.filter(({ kind }) => kind === 'dropped')
  assert.equal(dropped.length, 1)
  assert.match(dropped[0]?.message ?? '', /422: unknown field \(worker-churn \[number=2\]/)
})

test('repeats become one alert with a count when the interval is over', async (t) => {
  const { folder, open } = stage(t)
  const receiver = await receiverOf(t)
  const desk = open({ ops: webhook(receiver.url, milliseconds(600)) })
  await perform(desk, now(1, {}))
  await until('the first', () => desk.waiting === 0)
  for (const number of [2, 3, 4]) await perform(desk, now(number, {}))
  // A restart in between forgets nothing.
  await desk.close(0)
  const next = open({ ops: webhook(receiver.url, milliseconds(600)) })
  await until('the repeats', () => receiver.received.length === 2)
  next.closed(closing(4, realClock.now()))
  await until('the recovery', () => receiver.received.length === 3)
  assert.deepEqual(
    messages(receiver).map(({ status, times }) => [status, times]),
    [
      ['firing', 1],
      ['firing', 3],
      ['recovered', 0],
    ],
  )
  await until('that nothing is left', () => files(folder).length === 0)
})

test('everybody who was told of an incident is told that it is over, and nobody else', async (t) => {
  const { open } = stage(t)
  const [one, other, third] = [await receiverOf(t), await receiverOf(t), await receiverOf(t)]
  const desk = open({ one: webhook(one.url), other: webhook(other.url), third: webhook(third.url) })
  await perform(desk, now(1, {}), 'one')
  await perform(desk, { ...now(1, {}), notRecovered: 'condition' }, 'other')
  await perform(desk, now(1, { pool: 'www' }), 'third')
  await until('the alerts', () => desk.waiting === 0)
  desk.closed(closing(1, realClock.now()))
  await until('the recoveries', () => one.received.length === 2 && other.received.length === 2)
  assert.equal(third.received.length, 1)
})

test('at most 10 000 wait: the oldest goes, and that is told', async (t) => {
  const { notices, open } = stage(t)
  const receiver = await receiverOf(t, hangs)
  const desk = open({ ops: webhook(receiver.url) }, { outbox: memoryOutbox })
  for (let number = 1; number <= 10_002; number++) await perform(desk, now(number))
  assert.equal(desk.waiting, 10_000)
  assert.deepEqual(
    notices.map(({ kind, message }) => `${kind} ${/number=\d+/.exec(message)}`),
    ['dropped number=1', 'dropped number=2'],
  )
})

test('what nobody took for a week is dropped, and that is told', async (t) => {
  const { notices, open } = stage(t)
  const receiver = await receiverOf(t, hangs)
  const specs = { ops: webhook(receiver.url) }
  const first = open(specs)
  await perform(first, { ...now(1), at: instant(realClock.now() - seconds(8 * 86_400)) })
  await perform(first, now(2))
  await first.close(0)
  receiver.conduct = takes
  const next = open(specs)
  await until('the young one', () => next.waiting === 0)
  assert.match(notices.find(({ kind }) => kind === 'dropped')?.message ?? '', /for a week.*number=1\]/)
  assert.equal(messages(receiver).at(-1)?.key['number'], '2')
})

test('an alert that is no longer in the rule file is dropped, and that is told', async (t) => {
  const { folder, notices, open } = stage(t)
  const receiver = await receiverOf(t, hangs)
  const first = open({ ops: webhook(receiver.url) })
  await perform(first, now(1))
  await first.close(0)
  const next = open({ other: webhook(receiver.url) })
  await until('its end', () => files(folder).length === 0)
  assert.match(notices.at(-1)?.message ?? '', /^alert ops is dropped, for the rule file has no such alert/)
  assert.equal((await perform(next, now(2))).result, 'failed')
})

test('another rule file is used at once', async (t) => {
  const { notices, open } = stage(t)
  const [bad, good] = [await receiverOf(t, hangs), await receiverOf(t)]
  const desk = open({ ops: webhook(bad.url), gone: webhook(bad.url) })
  await perform(desk, now(1), 'ops')
  await perform(desk, now(1), 'gone')
  await until('both requests', () => bad.received.length === 2)
  desk.use(new Map([['ops', webhook(good.url)]]))
  await until('the delivery', () => desk.waiting === 0)
  assert.deepEqual(
    messages(good).map(({ alert }) => alert),
    ['ops'],
  )
  assert.match(notices.find(({ kind }) => kind === 'dropped')?.message ?? '', /^alert gone is dropped/)
})

test('what is damaged on disk is put aside, and the rest is delivered', async (t) => {
  const { folder, notices, open } = stage(t)
  const receiver = await receiverOf(t, hangs)
  const specs = { ops: webhook(receiver.url) }
  const first = open(specs)
  await perform(first, now(1))
  await first.close(0)
  const [good = ''] = files(folder)
  const whole = readFileSync(join(folder, 'alerts', good), 'utf8')
  writeFileSync(join(folder, 'alerts', 'half.json'), whole.slice(0, 100))
  writeFileSync(join(folder, 'alerts', 'other.json'), whole)
  writeFileSync(join(folder, 'alerts', `${good}.new`), 'unfinished')
  receiver.conduct = takes
  const next = open(specs)
  await until('the good one', () => next.waiting === 0)
  const expected = [good, 'half.json.unusable', 'other.json.unusable'].sort().join()
  await until('the files', () => [...files(folder)].sort().join() === expected)
  assert.equal(notices.filter(({ kind }) => kind === 'unusable').length, 2)
})

test('what the state of the watchdog holds and the outbox misses is delivered', async (t) => {
  const { open } = stage(t)
  const receiver = await receiverOf(t)
  const specs = { ops: webhook(receiver.url) }
  const dying = open({ ops: webhook('http://127.0.0.1:9') })
  void perform(dying, now(1))
  const unkept = JSON.parse(JSON.stringify(dying.unkept()))
  assert.equal(unkept.length, 1)
  const next = open(specs, { outbox: memoryOutbox, unkept })
  await until('the delivery', () => next.waiting === 0)
  assert.equal(receiver.received.length, 1)
})

test('on a full disk alerts are delivered all the same, and it is said that they are not kept', {
  skip: !isRoot && 'needs root',
}, async (t) => {
  const { folder, notices, open } = stage(t, 'size=64k')
  const filler = join(folder, 'alerts/filler')
  assert.throws(() => writeFileSync(filler, Buffer.alloc(1 << 20)), { code: 'ENOSPC' })
  const receiver = await receiverOf(t)
  const desk = open({ ops: webhook(receiver.url) })
  assert.equal((await perform(desk, now(1))).result, 'done')
  await until('the delivery', () => receiver.received.length === 1)
  assert.match(notices.find(({ kind }) => kind === 'unsaved')?.message ?? '', /ENOSPC/)
  rmSync(filler)
  await perform(desk, now(2))
  await until('the good news', () => notices.some(({ kind }) => kind === 'saved'))
  await until('both on disk', () => files(folder).length === 2)
})
