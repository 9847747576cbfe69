import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { instant } from '../../../src/engine/time.ts'
import type { Period } from '../../../src/sources/recorded/period.ts'
import { journal, refusal, replay, rule, ruleset, texts } from './replaying.ts'

const directory = mkdtempSync(join(tmpdir(), 'journal-files-'))
after(() => rmSync(directory, { recursive: true, force: true }))

const machine = '0123456789abcdef0123456789abcdef'
const second = 1_000_000
const start = 1_715_915_560 * second
const fields = (
  at: number,
  message: string,
  unit = 'site.service',
): readonly (readonly [string, string])[] => [
  ['__CURSOR', `s=${machine};i=${at};b=${machine};m=${at};t=${(start + at * second).toString(16)};x=${at}`],
  ['__REALTIME_TIMESTAMP', String(start + at * second)],
  ['__MONOTONIC_TIMESTAMP', String(at * second)],
  ['_BOOT_ID', machine],
  ['_MACHINE_ID', machine],
  ['_SYSTEMD_UNIT', unit],
  ['MESSAGE', message],
  ['CODE', String(at)],
]
const entry = (...args: Parameters<typeof fields>): string =>
  `${fields(...args)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n\n`
/** As journald writes it where a value has line ends or is no text. */
const binary = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(bytes.length))
  return Buffer.concat([Buffer.from('STACK\n'), length, bytes, Buffer.from('\n')])
}
const dump = Buffer.concat([
  Buffer.from(entry(1, 'one')),
  binary('two\nlines\n\n'),
  Buffer.from(entry(2, 'of another', 'other.service')),
  Buffer.from(entry(3, 'three')),
])
const site = ruleset([journal('site', { units: ['site.service'] })])

test('a dump of journalctl -o export, plain, compressed and without its end', async () => {
  const plain = join(directory, 'dump.export')
  writeFileSync(plain, dump)
  writeFileSync(`${plain}.gz`, gzipSync(dump))
  writeFileSync(`${plain}.cut`, dump.subarray(0, -1))
  for (const path of [plain, `${plain}.gz`, `${plain}.cut`]) {
    const replayed = await replay([path], site)
    assert.deepEqual(
      replayed.events.map(({ at, text, monotonic }) => [at - start, text, monotonic?.at]),
      [
        [second, 'one', second],
        [3 * second, 'three', 3 * second],
      ],
      path,
    )
  }
  assert.deepEqual(texts(await replay(['-'], site, Readable.from([dump]))), ['one', 'three'])
})

test('damage in an export dump is told of, and the rest is read', async () => {
  const path = join(directory, 'damaged.export')
  writeFileSync(
    path,
    Buffer.concat([Buffer.from(entry(1, 'one')), Buffer.from('what?\n\n'), Buffer.from(entry(3, 'three'))]),
  )
  const { events, notices } = await replay([path], site)
  assert.equal(events.length, 2)
  assert.match(notices[0]?.message ?? '', /expected an entry of journalctl -o export/)
})

const writer = '/lib/systemd/systemd-journal-remote'
const needsWriter = { skip: !existsSync(writer) && 'needs systemd-journal-remote' }

test('journal files, and directories of them, through journalctl', needsWriter, async () => {
  const folder = join(directory, 'remote', machine)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'remote-host.journal')
  const input = join(directory, 'input.export')
  writeFileSync(input, dump)
  execFileSync(writer, ['-o', file, input], { stdio: 'ignore' })
  for (const path of [file, join(directory, 'remote'), folder]) {
    const replayed = await replay([path], site)
    assert.deepEqual(texts(replayed), ['one', 'three'], path)
    assert.deepEqual(replayed.told, [`${path}: journal entries, for source site`])
    assert.equal(replayed.events[0]?.fields.get('CODE'), '1')
  }
  const part = await replay([file], site, undefined, { since: instant(start + 2 * second) })
  assert.deepEqual(texts(part), ['three'])
  const damaged = join(directory, 'damaged.journal')
  writeFileSync(damaged, 'LPKSHHRH and no more')
  assert.match(await refusal([damaged], site), /damaged\.journal cannot be read: /)
})

test(
  'of a long journal only what a rule may want is read, but for the first entries and the last',
  needsWriter,
  async () => {
    const file = join(directory, 'wanted.journal')
    const input = join(directory, 'wanted.export')
    const ordinary = 20_000
    const messages = [
      ...Array.from({ length: ordinary }, (_, index) => `ordinary ${index}`),
      'ab',
      'a+b wanted',
      'Suppressed 7 messages from site.service',
      'A+B wanted',
      'ordinary, but for the end',
      'last',
    ]
    writeFileSync(input, messages.map((message, index) => entry(index + 1, message)).join(''))
    execFileSync(writer, ['-o', file, input], { stdio: 'ignore' })
    const wanting = async (literal: string, since?: number, until?: number) => {
      const rules = ruleset(
        [journal('site', { units: ['site.service'] })],
        [{ ...rule('one', 'site'), match: { kind: 'contains', literal, ignoreCase: false } }],
      )
      const at = (seconds?: number) => (seconds === undefined ? undefined : instant(start + seconds * second))
      const period: Period = { since: at(since), until: at(until) }
      const read = texts(await replay([file], rules, undefined, period))
      const first = read.findIndex((text) => !/^ordinary \d+$/.test(text))
      const from = (since ?? 1) - 1
      assert.ok(first > 1_000 && first < ordinary / 2, `${first} at the start`)
      assert.deepEqual(read.slice(0, first), messages.slice(from, from + first))
      return read.slice(first)
    }
    assert.deepEqual(await wanting('a+b'), ['a+b wanted', 'Suppressed 7 messages from site.service', 'last'])
    assert.deepEqual(await wanting('a+b', 500), [
      'a+b wanted',
      'Suppressed 7 messages from site.service',
      'last',
    ])
    assert.deepEqual(await wanting('a+b', 500, ordinary + 5), [
      'a+b wanted',
      'Suppressed 7 messages from site.service',
      'ordinary, but for the end',
    ])
    assert.deepEqual(await wanting('last'), ['Suppressed 7 messages from site.service', 'last'])
    assert.deepEqual(await wanting('nowhere'), ['Suppressed 7 messages from site.service', 'last'])
  },
)

test('a period has both its ends', async () => {
  const path = join(directory, 'period.export')
  writeFileSync(path, dump)
  const at = (seconds: number) => instant(start + seconds * second)
  const between = async (since?: number, until?: number) =>
    texts(
      await replay([path], site, undefined, {
        since: since === undefined ? undefined : at(since),
        until: until === undefined ? undefined : at(until),
      }),
    )
  assert.deepEqual(await between(1, 3), ['one', 'three'])
  assert.deepEqual(await between(1.000001), ['three'])
  assert.deepEqual(await between(undefined, 2.999999), ['one'])
})

/** What systemd says of site.service. */
const unitMessage = (at: number): string => {
  const more = '_PID=1\nUNIT=site.service\nMESSAGE_ID=39f53479d3a045ac8e11786248231fbf\nJOB_ID=7\n'
  return entry(at, `started ${at}`, 'init.scope').replace('_SYSTEMD_UNIT', `${more}_SYSTEMD_UNIT`)
}

/** Replays what `text` gives for each time, with a rule that wants one word of what the service itself logs. */
async function replayWithUnits(
  name: string,
  entries: number,
  text: (at: number) => string,
  period: Period = {},
) {
  const file = join(directory, `${name}.journal`)
  const input = join(directory, `${name}.export`)
  writeFileSync(input, Array.from({ length: entries }, (_, index) => text(index + 1)).join(''))
  if (!existsSync(file)) execFileSync(writer, ['-o', file, input], { stdio: 'ignore' })
  const rules = ruleset(
    [journal('site', { fields: new Map([['_SYSTEMD_UNIT', ['site.service']]]) })],
    [{ ...rule('one', 'site'), match: { kind: 'contains', literal: 'wanted', ignoreCase: false } }],
  )
  const { events } = await replay([file], rules, undefined, period, ['site.service'])
  const of = (isSite: boolean) =>
    events.filter(({ source }) => (source === 'site') === isSite).map(({ text }) => text)
  return { events, told: of(false), logged: of(true) }
}

test(
  'what systemd says of a unit comes with the rest, all of it and once, whatever the period and the literals',
  needsWriter,
  async () => {
    const entries = 12_000
    const isUnitMessage = (at: number): boolean => at % 500 === 0
    const isWanted = (at: number): boolean => at % 1_001 === 0
    const times = Array.from({ length: entries }, (_, index) => index + 1)
    const text = (at: number): string =>
      isUnitMessage(at) ? unitMessage(at) : entry(at, isWanted(at) ? `wanted ${at}` : `ordinary ${at}`)
    for (const since of [undefined, 3_456]) {
      const period = since === undefined ? {} : { since: instant(start + since * second) }
      const { events, told, logged } = await replayWithUnits('units', entries, text, period)
      assert.deepEqual(
        told,
        times.filter(isUnitMessage).map((at) => `started ${at}`),
      )
      assert.equal(events.find(({ text }) => text === 'started 500')?.fields.get('JOB_ID'), '7')
      const order = events.map(({ at }) => at)
      assert.deepEqual(
        order,
        order.toSorted((one, other) => one - other),
      )
      assert.equal(new Set(logged).size, logged.length)
      const wanted = times.filter((at) => isWanted(at) && !isUnitMessage(at) && at >= (since ?? 1))
      assert.deepEqual(
        logged.filter((line) => line.startsWith('wanted')),
        wanted.map((at) => `wanted ${at}`),
      )
      // Most of the others were left out.
      assert.ok(logged.length < entries / 2, `${logged.length} lines`)
      assert.equal(logged.at(-1), `ordinary ${entries - 1}`)
    }
  },
)

test(
  'a service that has fallen silent, while systemd goes on to speak of it, is read once',
  needsWriter,
  async () => {
    const lines = 2_000
    const { told, logged } = await replayWithUnits('silent', 2 * lines, (at) =>
      at <= lines ? entry(at, `ordinary ${at}`) : unitMessage(at),
    )
    assert.deepEqual(
      logged,
      Array.from({ length: lines }, (_, index) => `ordinary ${index + 1}`),
    )
    assert.equal(told.length, lines)
  },
)

test(
  'however much systemd says of a service, the first of what it logs itself is read whole',
  needsWriter,
  async () => {
    const messages = 4_000
    const { told, logged } = await replayWithUnits('seldom', messages + 50, (at) =>
      at <= messages ? unitMessage(at) : entry(at, `ordinary ${at}`),
    )
    assert.equal(logged.length, 50)
    assert.equal(told.length, messages)
  },
)
