import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Mistake } from '../../../src/config/mistake.ts'
import { parseLayout } from '../../../src/config/time-layout.ts'
import { timestampFormats } from '../../../src/config/timestamp-formats.ts'
import { type Instant, instant } from '../../../src/engine/time.ts'
import { timeFormats } from '../../../src/sources/time/formats.ts'
import { type LineClockOptions, lineClock } from '../../../src/sources/time/line-clock.ts'

const utc = (iso: string): Instant => instant(Date.parse(iso) * 1_000)
const clock = (options: Partial<LineClockOptions> = {}) =>
  lineClock({ timezone: 'UTC', reference: () => utc('2026-11-22T00:00:00Z'), ...options })
/** `2026-11-21T04:33:00.123456`. */
const shown = (at: Instant | undefined): string | undefined =>
  at === undefined
    ? undefined
    : new Date(Math.floor(at / 1_000)).toISOString().slice(0, -1) + String(at % 1_000).padStart(3, '0')

/** Lines as the programs write them. */
const lines: readonly (readonly [format: string, time: string, line: string])[] = [
  ['iso8601', '2026-11-21T03:33:00.123456', '2026-11-21T04:33:00.123456789+01:00 host app: text'],
  [
    'iso8601',
    '2026-11-21T04:33:00.123000',
    '2026-11-21 04:33:00.123 UTC [123] LOG:  database system is ready',
  ],
  ['iso8601', '2026-11-21T04:33:00.123000', '2026-11-21 04:33:00,123 - root - INFO - python'],
  [
    'iso8601',
    '2026-11-21T04:33:00.000000',
    '[2026-11-21 04:33:00 +0000] [7] [INFO] Booting worker with pid: 9',
  ],
  [
    'iso8601',
    '2016-09-28T04:30:30.000000',
    '2016-09-28 04:30:30, Info                  CBS    Loaded Servicing Stack',
  ],
  ['rfc5424', '2026-11-21T04:33:00.003000', '<34>1 2026-11-21T04:33:00.003Z host app 7 ID47 - text'],
  ['rfc3164', '2026-11-21T04:33:00.000000', '<34>Nov 21 04:33:00 host su: text'],
  [
    'apache-error',
    '2026-11-21T04:33:00.123456',
    '[Sat Nov 21 04:33:00.123456 2026] [core:error] [pid 7] text',
  ],
  ['apache-error', '2005-12-04T04:47:44.000000', '[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok'],
  ['ctime', '2026-11-21T04:33:00.000000', 'Sat Nov 21 04:33:00 2026 - *** Starting uWSGI ***'],
  ['ctime', '2026-11-01T04:33:00.000000', 'Sun Nov  1 04:33:00 UTC 2026 text'],
  ['go', '2026-11-21T04:33:00.000123', '2026/11/21 04:33:00.000123 main.go:7: text'],
  ['nginx', '2026-11-21T04:33:00.000000', '2026/11/21 04:33:00 [error] 7#7: *1 connect() failed'],
  ['php', '2026-11-21T04:33:00.000000', '[21-Nov-2026 04:33:00] WARNING: [pool www] child 7 exited'],
  ['php', '2026-11-21T04:33:00.123456', '[21-Nov-2026 04:33:00.123456] DEBUG: pid 7, text'],
  ['php', '2026-11-21T04:33:00.000000', '[21-Nov-2026 04:33:00 UTC] PHP Fatal error:  text'],
  ['log4j', '2026-11-21T04:33:00.123000', '21 Nov 2026 04:33:00,123 [main] INFO  text'],
  [
    'spark',
    '2017-06-09T20:10:40.000000',
    '17/06/09 20:10:40 INFO executor.CoarseGrainedExecutorBackend: text',
  ],
  ['hdfs', '2008-11-09T20:36:15.000000', '081109 203615 148 INFO dfs.DataNode$PacketResponder: text'],
  ['hdfs', '2008-11-09T20:36:15.000000', '081109 20:36:15 [Note] old MySQL'],
  ['logcat', '2026-03-17T16:13:38.811000', '03-17 16:13:38.811  1702  2395 D WindowManager: text'],
  ['iso8601-basic', '2026-11-21T04:33:00.000000', '20261121T043300Z text'],
  ['rfc3164-year', '2026-11-21T04:33:00.000000', 'Nov 21 2026 04:33:00: %ASA-6-302013: text'],
  ['audit', '2013-03-28T14:36:03.243000', 'type=SYSCALL msg=audit(1364481363.243:24287): arch=c000003e'],
  ['epoch', '2023-11-14T22:13:20.000000', '1700000000 text'],
  ['epoch', '2023-11-14T22:13:20.500000', '1700000000.5 127.0.0.1 TCP_MISS/200'],
  ['epoch', '2023-11-14T22:13:20.000000', '[1700000000] SERVICE ALERT: text'],
  ['epoch', '2023-11-14T22:13:20.123000', '1700000000123 text'],
  ['epoch', '2023-11-14T22:13:20.123456', '1700000000123456 text'],
  ['epoch', '2023-11-14T22:13:20.123456', '1700000000123456789 text'],
  ['epoch', '2005-06-03T22:42:50.000000', '- 1117838570 2005.06.03 R02-M1-N0-C:J12-U11 text'],
  [
    'apache-access',
    '2000-10-10T20:55:36.000000',
    '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 7',
  ],
  ['embedded', '2026-11-21T04:33:00.123456', 'I, [2026-11-21T04:33:00.123456 #7]  INFO -- : rails'],
  ['embedded', '2026-11-21T04:33:00.123000', 'ERROR [main] 2026-11-21 04:33:00,123 x.y.Z - level first'],
  ['embedded', '2026-11-21T04:33:00.123000', '7:M 21 Nov 2026 04:33:00.123 * Ready to accept connections'],
  [
    'embedded',
    '2026-11-21T04:33:00.000000',
    '[pid: 7|app: 0|req: 1/1] 127.0.0.1 () {30 vars} [Sat Nov 21 04:33:00 2026] GET /',
  ],
]

for (const [format, time, line] of lines) {
  test(`${format}: ${line}`, () => {
    const one = clock()
    assert.equal(shown(one.time(line)), time)
    assert.equal(one.format, format)
    assert.equal(shown(clock({ format }).time(line)), time, 'by its name')
  })
}

test('the formats known to rule files are those that are recognised, each by its example', () => {
  assert.deepEqual(
    timeFormats.map(({ name }) => name),
    timestampFormats,
  )
  for (const { name, example } of timeFormats) {
    const one = clock()
    assert.notEqual(one.time(`${example} and more`.replace('123Z)', '123Z')), undefined, example)
    assert.equal(one.format, name, example)
  }
})

test('in a file of many programs every line is read by its own format', () => {
  const strong = lines.filter(([format]) => format !== 'embedded')
  const one = lineClock({ timezone: 'UTC', reference: () => utc('2026-11-22T00:00:00Z') })
  for (const [format, time, line] of [...strong, ...[...strong].reverse()]) {
    // What bears no year is dated by the lines before.
    if (format === 'rfc3164' || format === 'logcat') continue
    assert.equal(shown(one.time(line)), time, line)
    assert.equal(one.format, format, line)
  }
})

for (const line of [
  'the next run is at 2027-11-21 04:33:00 or so',
  '\tat com.example.Foo(Foo.java:12)',
  'retry after 17 Nov 2026 04:33:00',
  '12345678 bytes',
  '1234567890123 bytes of a file',
  '123456 123456 bytes',
  '2026/13/21 04:33:00 text',
  '[Xxx Nov 21 25:33:00 2026] text',
  '[31-Feb-2026 04:33:00] text',
  '99/99/99 10:10:10 text',
  '[10/Oct/2000:13:55:36]',
  '',
]) {
  test(`no time: ${line}`, () => {
    const found = clock().time(line)
    assert.ok(found === undefined || line.startsWith('1234567890123'), shown(found))
  })
}

test('a date that a line speaks of is not its time where others bear one at their start', () => {
  const one = clock()
  assert.ok(one.time('2026-11-21T04:33:00Z start'))
  assert.equal(one.time('ERROR [2026-11-21T05:00:00Z] in a trace'), undefined)
})

/** Written by the same directives, without a thought for speed. */
function written(layout: string, at: Instant): string {
  const date = new Date(Math.floor(at / 1_000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const [weekday = '', month = ''] = date.toUTCString().split(/, | \d+ | /)
  const name = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' })
  const parts: Record<string, string> = {
    Y: String(date.getUTCFullYear()),
    y: two(date.getUTCFullYear() % 100),
    m: two(date.getUTCMonth() + 1),
    b: name,
    d: two(date.getUTCDate()),
    e: String(date.getUTCDate()).padStart(2),
    a: weekday,
    H: two(date.getUTCHours()),
    I: two(date.getUTCHours() % 12 || 12),
    p: date.getUTCHours() < 12 ? 'AM' : 'PM',
    M: two(date.getUTCMinutes()),
    S: two(date.getUTCSeconds()),
    f: `.${String(at % 1_000_000).padStart(6, '0')}`,
    z: '+0000',
    Z: 'UTC',
    s: String(Math.floor(at / 1_000_000)),
  }
  assert.ok(month)
  return layout
    .replace('%F', '%Y-%m-%d')
    .replace('%T', '%H:%M:%S')
    .replace(/%\??(.)/g, (_, directive: string) => parts[directive] ?? '')
}

for (const layout of [
  '%Y-%m-%d %H:%M:%S%f',
  '%F %T%?f%?z',
  '[%a %b %e %H:%M:%S%f %Y]',
  '%d.%m.%y, %I:%M:%S%f %p',
  '%s%f|',
  '%Y%m%d%H%M%S%f',
  '%b %d %Y %T%f %Z',
]) {
  test(`${layout} is read back as it was written, on 2000 instants`, () => {
    const from = utc('1970-01-01T00:00:00Z')
    const until = utc(layout.includes('%y') ? '2068-01-01T00:00:00Z' : '2250-01-01T00:00:00Z')
    fc.assert(
      fc.property(fc.integer({ min: from, max: until }), (at) => {
        const line = `${written(layout, instant(at))} text`
        assert.equal(clock({ format: layout }).time(line), at, line)
      }),
      { numRuns: 2_000 },
    )
  })
}

test('a layout that is none is told of, with the place', () => {
  for (const [layout, wrong] of [
    ['%Y-%q', '%q'],
    ['%', '%'],
  ]) {
    const mistake = parseLayout(layout ?? '')
    assert.ok(mistake instanceof Mistake)
    assert.deepEqual(mistake.part, { offset: layout?.indexOf(wrong ?? '') ?? 0, length: wrong?.length })
  }
  assert.ok(parseLayout('%H:%M:%S') instanceof Mistake, 'a time without a day')
})

test('no line makes it read on: hostile ones are given up at once', () => {
  const long = 1_000_000
  for (const text of ['[', '1', '<1', 'Sat ', '2026-', 'I, [2026-11-21T', ' ', '"(=']) {
    const one = clock()
    const line = text.repeat(long / text.length)
    const began = performance.now()
    for (let turn = 0; turn < 20; turn++) assert.equal(one.time(line), undefined)
    // A reading of all of it would take a hundred times as long.
    assert.ok(performance.now() - began < 2_000, text)
  }
})
