/** Dumps of `journalctl -o json` in the replay. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { instant } from '../../../src/engine/time.ts'
import { readRecorded } from '../../../src/sources/recorded/read-recorded.ts'
import { file, journal, now, refusal, replay, ruleset, texts } from './replaying.ts'

const time = (second: number): string => String(1_715_915_560_000_000 + second * 1_000_000)
const entry = (second: number, message: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    __CURSOR: `cursor-${second}`,
    __REALTIME_TIMESTAMP: time(second),
    __MONOTONIC_TIMESTAMP: '1000000',
    _BOOT_ID: '0123456789abcdef0123456789abcdef',
    _SYSTEMD_UNIT: 'site.service',
    MESSAGE: message,
    ...more,
  })

describe('a dump of the journal', () => {
  let directory = ''
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'dump-'))
  })
  after(() => {
    rmSync(directory, { recursive: true })
  })
  const write = (name: string, ...lines: readonly string[]): string => {
    const path = join(directory, name)
    writeFileSync(path, `${lines.join('\n')}\n`)
    return path
  }
  const site = ruleset([
    journal('site', { units: ['site.service'] }),
    journal('tagged', { identifiers: ['tagger'] }),
    file('app', ['/var/log/app.log']),
  ])

  it('tells what systemd itself says of units that are asked for, the time before the period included', async () => {
    const stopped = { MESSAGE_ID: '9d1aaa27d60140bd96365438aad20286', UNIT: 'site.service' }
    const path = write(
      'units.json',
      entry(1, 'by systemd', { ...stopped, _PID: '1', _SYSTEMD_UNIT: 'init.scope' }),
      entry(2, 'by a liar', { ...stopped, _PID: '4242', _SYSTEMD_UNIT: 'liar.service' }),
      entry(3, 'of another unit', { ...stopped, _PID: '1', UNIT: 'other.service' }),
      entry(4, 'of the site'),
      entry(5, 'by systemd, too', { ...stopped, _PID: '1', _SYSTEMD_UNIT: 'init.scope' }),
    )
    const seen: string[] = []
    const period = { since: instant(Number(time(4))) }
    const options = { paths: [path], ruleset: site, now, units: ['site.service'], period }
    for await (const { events } of readRecorded(options)) {
      for (const { source, text } of events) seen.push(`${source}: ${text}`)
    }
    assert.deepEqual(seen, [
      'PID 1: by systemd',
      'site: of the site',
      'site: by systemd, too',
      'PID 1: by systemd, too',
    ])
  })

  it('gives each entry to the journal sources that select it', async () => {
    const path = write(
      'dump.json',
      entry(1, 'of the site'),
      entry(2, 'of another unit', { _SYSTEMD_UNIT: 'other.service' }),
      entry(3, 'of both', { SYSLOG_IDENTIFIER: 'tagger' }),
    )
    const replayed = await replay([path], site)
    assert.deepEqual(
      replayed.events.map(({ source, text, at, position }) => [source, text, at, position]),
      [
        ['site', 'of the site', instant(Number(time(1))), 'cursor-1'],
        ['site', 'of both', instant(Number(time(3))), 'cursor-3'],
        ['tagged', 'of both', instant(Number(time(3))), 'cursor-3'],
      ],
    )
    assert.deepEqual(replayed.told, [`${path}: journal entries, for sources site, tagged`])
  })

  it('is merged with text logs by time', async () => {
    const dump = write('mixed.json', entry(1, 'first'), entry(3, 'third'))
    const log = write('app.log', '2024-05-17T03:12:42Z second')
    assert.deepEqual(texts(await replay([log, dump], site)), [
      'first',
      '2024-05-17T03:12:42Z second',
      'third',
    ])
  })

  it('is known by a later entry when its first one is cut, and needs no cursors', async () => {
    const path = write('tail.json', 'OT_ID":"0"}', entry(1, 'one', { __CURSOR: undefined }))
    const { events } = await replay([path], site)
    assert.deepEqual(
      events.map(({ text, position }) => [text, position]),
      [['one', `${path}:12`]],
    )
  })

  it('survives damaged lines and tells of them with file and line, of many by their count', async () => {
    const damaged = Array.from({ length: 14 }, (_, index) => `{"MESSAGE": "cut ${index}`)
    const path = write('damaged.json', 'ut at the start"}', entry(1, 'one'), ...damaged, entry(2, 'two'))
    const replayed = await replay([path], site)
    assert.deepEqual(texts(replayed), ['one', 'two'])
    const messages = replayed.notices.map(({ message }) => message)
    assert.match(messages[0] ?? '', /damaged\.json:1: /)
    assert.match(messages[1] ?? '', /damaged\.json:3: /)
    assert.equal(messages.length, 11)
    assert.equal(messages[10], `${path}: 5 more damaged lines`)
  })

  it('is refused where no rule reads the journal', async () => {
    const path = write('alone.json', entry(1, 'one'))
    assert.equal(
      await refusal([path], ruleset([file('app', ['/var/log/app.log'])])),
      `${path} holds journal entries, but no rule reads the journal`,
    )
  })
})
