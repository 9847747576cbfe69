/** Recorded text logs as one stream, from real files. */

import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Ruleset } from '../../../src/config/ruleset.ts'
import { readRecorded } from '../../../src/sources/recorded/read-recorded.ts'
import { file, journal, now, refusal, replay, rule, ruleset, texts, utc } from './replaying.ts'

describe('recorded text logs', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'recorded-'))
  })
  afterEach(() => {
    rmSync(directory, { recursive: true })
  })
  const write = (name: string, content: string | Buffer): string => {
    const path = join(directory, name)
    writeFileSync(path, content)
    return path
  }
  const any = ruleset([file('app', ['/var/log/app.log'])])

  it('delivers every line with its time and place', async () => {
    const path = write('app.log', '2024-05-17T03:12:44Z one\r\n  more of it\n2024-05-17T03:12:45Z two')
    assert.deepEqual((await replay([path], any)).events, [
      {
        kind: 'event',
        source: 'app',
        at: utc('2024-05-17T03:12:44Z'),
        position: `${path}:0`,
        text: '2024-05-17T03:12:44Z one',
        fields: new Map([['file', path]]),
      },
      {
        kind: 'event',
        source: 'app',
        at: utc('2024-05-17T03:12:44Z'),
        position: `${path}:26`,
        text: '  more of it',
        fields: new Map([['file', path]]),
      },
      {
        kind: 'event',
        source: 'app',
        at: utc('2024-05-17T03:12:45Z'),
        position: `${path}:39`,
        text: '2024-05-17T03:12:45Z two',
        fields: new Map([['file', path]]),
      },
    ])
  })

  it('gives lines before the first time that time', async () => {
    const path = write('app.log', '  end of a trace\n2024-05-17T03:12:44Z one\n')
    const { events } = await replay([path], any)
    assert.deepEqual(
      events.map(({ text, at }) => [text, at]),
      [
        ['  end of a trace', utc('2024-05-17T03:12:44Z')],
        ['2024-05-17T03:12:44Z one', utc('2024-05-17T03:12:44Z')],
      ],
    )
  })

  it('infers the year from the last change of the file', async () => {
    const path = write('syslog', 'Dec 31 23:59:59 host one\nJan  1 00:00:01 host two\n')
    utimesSync(path, Date.UTC(2020, 0, 2) / 1_000, Date.UTC(2020, 0, 2) / 1_000)
    assert.deepEqual(
      (await replay([path], any)).events.map(({ at }) => at),
      [utc('2019-12-31T23:59:59Z'), utc('2020-01-01T00:00:01Z')],
    )
  })

  it('merges inputs by time, equal times in the order of the arguments', async () => {
    const one = write(
      '1.log',
      '2024-05-17T00:00:01Z a1\n2024-05-17T00:00:03Z a3\n2024-05-17T00:00:03Z a3 again\n',
    )
    const two = write('2.log', '2024-05-17T00:00:01Z b1\n2024-05-17T00:00:02Z b2\n2024-05-17T00:00:03Z b3\n')
    const three = write('3.log.gz', gzipSync('2024-05-17T00:00:02Z c2\n'))
    const merged = texts(await replay([one, two, three], any)).map((text) => text.slice(21))
    assert.deepEqual(merged, ['a1', 'b1', 'b2', 'c2', 'a3', 'a3 again', 'b3'])
  })

  it('merges inputs of many chunks as a sort of all their lines would', async () => {
    const lines: { readonly at: number; readonly line: string }[] = []
    const paths = [0, 1, 2].map((input) => {
      let at = Date.UTC(2024, 4, 17)
      const own: string[] = []
      for (let number = 0; number < 6_000; number += 1) {
        at += (number * 7919 + input * 104_729) % 997
        const line = `${new Date(at).toISOString()} line ${number} of input ${input} ${'x'.repeat(number % 200)}`
        own.push(line)
        lines.push({ at, line })
      }
      return write(`${input}.log`, `${own.join('\n')}\n`)
    })
    const expected = lines.sort((one, other) => one.at - other.at).map(({ line }) => line)
    assert.deepEqual(texts(await replay(paths, any)), expected)
  })

  it('reads a gzip file of several members, and what there is of a damaged one', async () => {
    const line = (number: number): string => `2024-05-17T00:00:0${number}Z line ${number}\n`
    const members = write('app.log.1.gz', Buffer.concat([gzipSync(line(1)), gzipSync(line(2))]))
    assert.equal((await replay([members], any)).events.length, 2)
    const filler = Array.from({ length: 9_000 }, (_, index) => `${line(3)}${(index * 7919) % 65_537}\n`).join(
      '',
    )
    const whole = gzipSync(filler)
    const damaged = write('app.log.2.gz', whole.subarray(0, whole.length - 2_000))
    const { events, notices } = await replay([damaged], any)
    assert.ok(events.length > 1_000)
    assert.equal(notices.length, 1)
    assert.match(
      notices[0]?.message ?? '',
      /app\.log\.2\.gz: reading failed \(gzip: .*: unexpected end of file\)/,
    )
  })

  it('reads standard input', async () => {
    const stdin = Readable.from([Buffer.from('2024-05-17T00:00:01Z on'), Buffer.from('e\n')])
    const replayed = await replay(['-'], any, stdin)
    assert.deepEqual(texts(replayed), ['2024-05-17T00:00:01Z one'])
    assert.equal(replayed.events[0]?.position, '-:0')
    assert.deepEqual(replayed.told, [
      'standard input: lines, taken for source app because no source reads a file of that name',
    ])
  })

  it('tells of lines that are cut, with file and line', async () => {
    const path = write('app.log', `2024-05-17T00:00:01Z one\n2024-05-17T00:00:02Z ${'x'.repeat(1_100_000)}\n`)
    const { events, notices } = await replay([path], any)
    assert.equal(events[1]?.cut, true)
    assert.deepEqual(
      notices.map(({ kind, message }) => [kind, message]),
      [['damaged', `${path}:2: longer than 1048576 bytes; cut`]],
    )
  })

  it('leaves no descriptor behind when the reader stops early', async () => {
    const path = write('app.log', '2024-05-17T00:00:01Z one\n'.repeat(50_000))
    const before = readdirSync('/proc/self/fd').length
    for await (const { events } of readRecorded({ paths: [path, path], ruleset: any, now })) {
      if (events.length > 0) break
    }
    assert.equal(readdirSync('/proc/self/fd').length, before)
  })

  describe('are assigned to sources', () => {
    const line = '2024-05-17T00:00:01Z one\n'
    const sourcesOf = async (path: string, rules: Ruleset): Promise<readonly string[]> =>
      (await replay([path], rules)).events.map(({ source }) => source)

    it('by path, glob and real path', async () => {
      const path = write('app.log', line)
      symlinkSync(directory, `${directory}-link`)
      try {
        const rules = ruleset([
          file('literal', [path]),
          file('glob', [join(directory, '*.log')]),
          file('linked', [join(`${directory}-link`, 'app.log')]),
          file('other', ['/var/log/app.log']),
          journal('units'),
        ])
        const replayed = await replay([path], rules)
        assert.deepEqual(
          replayed.events.map(({ source }) => source),
          ['literal', 'glob', 'linked'],
        )
        assert.deepEqual(replayed.told, [`${path}: lines, for sources literal, glob, linked`])
      } finally {
        rmSync(`${directory}-link`)
      }
    })

    it('by path, whatever rotation made of the name', async () => {
      const rules = ruleset([file('app', [join(directory, 'app.log')]), file('other', ['/x/other.log'])])
      for (const name of ['app.log.1', 'app.log-20240517', 'app.log.2.gz', 'app.log.gz']) {
        const path = write(name, name.endsWith('.gz') ? gzipSync(line) : line)
        assert.deepEqual(await sourcesOf(path, rules), ['app'], name)
      }
    })

    it('by name where no path fits', async () => {
      const path = write('app.log', line)
      const rules = ruleset([file('app', ['/var/log/app.log']), file('other', ['/var/log/other.log'])])
      const replayed = await replay([path], rules)
      assert.deepEqual(
        replayed.events.map(({ source }) => source),
        ['app'],
      )
      assert.deepEqual(replayed.told, [
        `${path}: lines, taken for source app because a file of that name is read there`,
      ])
    })

    it('to all that rules use where no name fits, the journal ones too', async () => {
      const path = write('what.txt', line)
      const sources = [journal('units'), file('app', ['/var/log/app.log']), file('unused', ['/x'])]
      const rules = ruleset(sources, [rule('one', 'units'), rule('two', 'app')])
      assert.deepEqual(await sourcesOf(path, rules), ['units', 'app'])
    })

    it('but once to a rule of several sources', async () => {
      const path = write('what.txt', line)
      const sources = [journal('units'), file('app', ['/var/log/app.log'])]
      assert.deepEqual(await sourcesOf(path, ruleset(sources, [rule('one', 'units', 'app')])), ['units'])
      const both = ruleset(sources, [rule('one', 'units', 'app'), rule('two', 'app')])
      assert.deepEqual(await sourcesOf(path, both), ['app'])
    })
  })

  describe('are refused with what to do', () => {
    it('when they are missing, directories or of a kind that is not read: all at once', async () => {
      const bzip2 = write('app.log.bz2', 'BZh91AY')
      const message = await refusal([join(directory, 'none.log'), directory, bzip2], any)
      assert.deepEqual(message.split('\n'), [
        `${directory}/none.log does not exist; check the name`,
        `${directory} is a directory; name the files in it: ${directory}/*`,
        `${bzip2} is compressed by bzip2; decompress it first: bzip2 -dk ${bzip2}`,
      ])
    })

    it('when they may not be read', {
      skip: process.geteuid?.() !== 0 && 'needs root to drop its rights',
    }, async () => {
      chmodSync(directory, 0o755)
      const path = write('app.log', 'x')
      chmodSync(path, 0o600)
      process.seteuid?.(65_534)
      try {
        assert.match(await refusal([path], any), /app\.log may not be read by this user; run as one who may/)
      } finally {
        process.seteuid?.(0)
      }
    })

    it('when no line bears a time, without reading a long log to its end', async () => {
      const short = write('short.log', 'no time\nat all\n')
      const long = write('long.log', 'no time here\n'.repeat(30_000))
      const messages = (await refusal([short, long], any)).split('\n')
      assert.equal(messages.length, 2)
      const expected = `${short}: no line begins with a time, and without times nothing can be judged; known are iso8601 (2024-05-17T03:12:44.123Z), rfc5424 (`
      assert.ok(messages[0]?.startsWith(expected), messages[0])
    })

    it('when they bear times of another format than the rule file says', async () => {
      const path = write('app.log', '2024-05-17T00:00:01Z one\n')
      const rules = ruleset([file('app', [path], { timestamp: 'rfc3164' })])
      assert.match(await refusal([path], rules), /the rule file expects rfc3164 \(May 17 03:12:44\)$/)
    })

    it('when they are empty, unless others are not', async () => {
      const empty = write('empty.log', '')
      const full = write('full.log', '2024-05-17T00:00:01Z one\n')
      assert.equal(await refusal([empty], any), `${empty} is empty; there is nothing in it to judge`)
      const { events, notices } = await replay([empty, full], any)
      assert.equal(events.length, 1)
      assert.deepEqual(
        notices.map(({ message }) => message),
        [`${empty} is empty; there is nothing in it to judge`],
      )
    })
  })
})
