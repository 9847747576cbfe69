/** Log files that are followed for real: chokidar, timers and the file system. */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { FileSpec } from '../../../src/config/ruleset.ts'
import { fileSource } from '../../../src/sources/file/file-source.ts'
import type { Position } from '../../../src/sources/source.ts'
import { realTime, type SourceReading, startReading, until } from '../reading.ts'

describe('file source', () => {
  let directory = ''
  let path = ''
  let readings: SourceReading[] = []

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'file-source-'))
    chmodSync(directory, 0o755)
    path = join(directory, 'app.log')
    readings = []
  })
  afterEach(async () => {
    for (const reading of readings) await reading.stop()
    rmSync(directory, { recursive: true })
  })

  /** A source that has looked at its files once. */
  const follow = async (spec: Partial<FileSpec> = {}, after?: Position): Promise<SourceReading> => {
    const source = fileSource({
      spec: { kind: 'file', name: 'app', paths: [path], ...spec },
      clock: realTime,
    })
    const reading = startReading(source, after)
    readings.push(reading)
    await until('the first batch', () => reading.position() !== undefined)
    return reading
  }
  const comes = (reading: SourceReading, ...texts: string[]): Promise<void> =>
    until(`lines ${texts.join(', ')}`, () => texts.every((text) => reading.texts().includes(text)))
  const notice = (reading: SourceReading, kind: string) => reading.notices.find((each) => each.kind === kind)

  it('delivers lines that are written after the start, with their time and place', async () => {
    writeFileSync(path, 'old line\nhalf ')
    const reading = await follow({ timezone: 'UTC' })
    appendFileSync(path, 'line\n2024-05-17 03:12:44 new line\n')
    await comes(reading, '2024-05-17 03:12:44 new line')
    assert.deepEqual(reading.texts(), ['half line', '2024-05-17 03:12:44 new line'])
    const [, event] = reading.events
    assert.equal(event?.source, 'app')
    assert.equal(event?.at, Date.parse('2024-05-17T03:12:44Z') * 1_000)
    assert.equal(event?.position, `${path}:19`)
    assert.deepEqual(event?.fields, new Map([['file', path]]))
  })

  it('dates a line without a time by the line before it, or by the time of reading', async () => {
    writeFileSync(path, '')
    const reading = await follow()
    const started = realTime()
    appendFileSync(path, 'no time yet\n2024-05-17T03:12:44Z broken\n    at main\n')
    await comes(reading, '    at main')
    const [first, second, third] = reading.events
    assert.ok((first?.at ?? 0) >= started)
    assert.equal(third?.at, second?.at)
    assert.equal(third?.at, Date.parse('2024-05-17T03:12:44Z') * 1_000)
  })

  it('sees every line of short bursts, the last included', async () => {
    writeFileSync(path, '')
    const reading = await follow()
    for (let burst = 1; burst <= 3; burst += 1) {
      for (let line = 1; line <= 5; line += 1) {
        appendFileSync(path, `line ${burst}.${line}\n`)
        await setTimeout(8)
      }
      await comes(reading, `line ${burst}.5`)
    }
    assert.equal(reading.events.length, 15)
  })

  it('waits for a file and its directory, says so once, and reads them from their start', async () => {
    path = join(directory, 'later', 'app.log')
    const reading = await follow()
    assert.equal(reading.notices.length, 1)
    assert.equal(
      notice(reading, 'unavailable')?.message,
      `source app: ${path} does not exist; waiting for it`,
    )
    mkdirSync(join(directory, 'later'))
    writeFileSync(path, 'first line\n')
    await comes(reading, 'first line')
    await until('the notice', () => notice(reading, 'available') !== undefined)
    appendFileSync(path, 'second line\n')
    await comes(reading, 'second line')
    rmSync(join(directory, 'later'), { recursive: true })
    mkdirSync(join(directory, 'later'))
    writeFileSync(path, 'after all was made anew\n')
    await comes(reading, 'after all was made anew')
  })

  it('follows what a glob matches, new files included', async () => {
    writeFileSync(join(directory, 'a.log'), 'old\n')
    const reading = await follow({ paths: [join(directory, '{a,b}*.log')] })
    writeFileSync(join(directory, 'b2.log'), 'of b2\n')
    writeFileSync(join(directory, 'c.log'), 'of c\n')
    appendFileSync(join(directory, 'a.log'), 'of a\n')
    await comes(reading, 'of a', 'of b2')
    assert.deepEqual([...reading.texts()].sort(), ['of a', 'of b2'])
    assert.deepEqual(
      reading.events.find(({ text }) => text === 'of b2')?.fields,
      new Map([['file', join(directory, 'b2.log')]]),
    )
  })

  it('reads a rotated file on while its writer has not moved to the new one', async () => {
    writeFileSync(path, '')
    const reading = await follow()
    const writer = openSync(path, 'a')
    renameSync(path, `${path}.1`)
    writeFileSync(path, 'in the new file\n')
    await comes(reading, 'in the new file')
    writeSync(writer, 'late in the old file\n')
    closeSync(writer)
    await comes(reading, 'late in the old file')
    assert.equal(reading.events[1]?.position, `${path}:0`)
    assert.deepEqual(reading.notices, [])
  })

  it('tells of the gap when a file is truncated and no copy stands beside it', async () => {
    writeFileSync(path, '')
    const reading = await follow()
    appendFileSync(path, 'before\n')
    await comes(reading, 'before')
    truncateSync(path)
    await until('the notice', () => notice(reading, 'gap') !== undefined)
    assert.match(notice(reading, 'gap')?.message ?? '', /app\.log was truncated/)
    appendFileSync(path, 'after\n')
    await comes(reading, 'after')
  })

  it('reads in the copy what was written to an empty file that was truncated before anybody looked', async () => {
    writeFileSync(path, '')
    const reading = await follow()
    for (const turn of ['one', 'two']) {
      // Nothing else runs between these.
      appendFileSync(path, `${turn}\n`)
      if (existsSync(`${path}.1`)) renameSync(`${path}.1`, `${path}.2`)
      copyFileSync(path, `${path}.1`)
      truncateSync(path)
      await comes(reading, turn)
    }
    appendFileSync(path, 'three\n')
    await comes(reading, 'three')
    assert.deepEqual(reading.texts(), ['one', 'two', 'three'])
    assert.deepEqual(reading.notices, [])
  })

  it('survives the hole that a writer leaves who does not append', async () => {
    writeFileSync(path, '')
    const reading = await follow()
    const writer = openSync(path, 'w')
    writeSync(writer, `${'x'.repeat(5_000)}\n`)
    await until('the first line', () => reading.events.length === 1)
    truncateSync(path)
    writeSync(writer, 'after the hole\n')
    closeSync(writer)
    await comes(reading, 'after the hole')
  })

  it('delivers cut lines, bytes that are not UTF-8 and Windows line ends', async () => {
    writeFileSync(path, '')
    const reading = await follow()
    appendFileSync(
      path,
      Buffer.concat([Buffer.alloc(1_500_000, 'x'), Buffer.from('\nbad \xff\xfe byte\r\n', 'latin1')]),
    )
    await comes(reading, 'bad \ufffd\ufffd byte')
    assert.equal(reading.events[0]?.cut, true)
    assert.equal(reading.events[0]?.text.length, 1_048_576)
    assert.equal(reading.events[1]?.cut, undefined)
    assert.match(notice(reading, 'damaged')?.message ?? '', /app\.log:0 is longer than 1048576 bytes/)
  })

  it('says that a directory or a FIFO is no file, and goes on when it is one again', async () => {
    writeFileSync(path, '')
    const reading = await follow()
    unlinkSync(path)
    mkdirSync(path)
    await until('the notice', () => notice(reading, 'unavailable') !== undefined)
    assert.match(notice(reading, 'unavailable')?.message ?? '', /app\.log is a directory, not a file/)
    rmdirSync(path)
    writeFileSync(path, 'a file again\n')
    await comes(reading, 'a file again')
  })

  it('starts a file that it may not read at first where it ended at the start', {
    skip: process.geteuid?.() !== 0 && 'needs root to drop its rights',
  }, async () => {
    writeFileSync(path, 'old line\n', { mode: 0o600 })
    process.seteuid?.(65_534)
    let reading: SourceReading
    try {
      reading = await follow()
      await until('the notice', () => notice(reading, 'unavailable') !== undefined)
      assert.match(notice(reading, 'unavailable')?.message ?? '', /may not be read by this user \(EACCES\)/)
    } finally {
      process.seteuid?.(0)
    }
    appendFileSync(path, 'new line\n')
    await comes(reading, 'new line')
    assert.deepEqual(reading.texts(), ['new line'])
  })

  it('goes on after a restart where it was, in the rotated file too', async () => {
    writeFileSync(path, '')
    const first = await follow()
    appendFileSync(path, 'one\ntwo\nha')
    await comes(first, 'two')
    await first.stop()
    const position = JSON.parse(JSON.stringify(first.position()))
    appendFileSync(path, 'lf\n')
    renameSync(path, `${path}.2`)
    writeFileSync(`${path}.1`, 'rotated unseen\n')
    writeFileSync(path, 'three\n')
    const second = await follow({}, position)
    await comes(second, 'three')
    assert.deepEqual(second.texts(), ['half', 'rotated unseen', 'three'])
    assert.deepEqual(second.notices, [])
  })

  it('follows a thousand files of a glob, and the symbolic link that is switched among them', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => join(directory, `site-${index}.log`))
    for (const name of names) writeFileSync(name, '')
    symlinkSync(names[0] ?? '', join(directory, 'current'))
    const reading = await follow({ paths: [join(directory, 'site-*.log')] })
    const link = await follow({ paths: [join(directory, 'current')] })
    names.forEach((name, index) => {
      appendFileSync(name, `of ${index}\n`)
    })
    await until('a line of each', () => new Set(reading.texts()).size === names.length)
    assert.equal(reading.events.length, names.length)
    await comes(link, 'of 0')
    symlinkSync(names[7] ?? '', join(directory, 'next'))
    renameSync(join(directory, 'next'), join(directory, 'current'))
    appendFileSync(names[0] ?? '', 'late in the old one\n')
    appendFileSync(names[7] ?? '', 'in the new one\n')
    await comes(link, 'late in the old one', 'in the new one')
  })

  it('reads on when the file system was full', {
    skip: process.geteuid?.() !== 0 && 'needs root to mount a small file system',
  }, async () => {
    const small = join(directory, 'small')
    mkdirSync(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small])
    try {
      const log = join(small, 'app.log')
      writeFileSync(log, '')
      const reading = await follow({ paths: [log] })
      const line = `${'x'.repeat(998)}\n`
      let written = 0
      assert.throws(
        () => {
          for (; ; written++) appendFileSync(log, line)
        },
        { code: 'ENOSPC' },
      )
      await until('what fitted', () => reading.texts().length >= written)
      truncateSync(log)
      appendFileSync(log, 'there is room again\n')
      await comes(reading, 'there is room again')
      await reading.stop()
    } finally {
      execFileSync('umount', [small])
    }
  })

  it('does not take a file for one that was empty because it has got its inode', async () => {
    writeFileSync(path, '')
    const first = await follow()
    await first.stop()
    const position = JSON.parse(JSON.stringify(first.position()))
    renameSync(path, join(directory, 'of-another-program'))
    appendFileSync(join(directory, 'of-another-program'), 'foreign\n')
    writeFileSync(path, 'own\n')
    const second = await follow({}, position)
    await comes(second, 'own')
    assert.deepEqual(second.texts(), ['own'])
  })

  it('tells of the gap when the file it had read is gone', async () => {
    writeFileSync(path, '')
    const first = await follow()
    appendFileSync(path, 'one\n')
    await comes(first, 'one')
    await first.stop()
    // The new file must not get the inode of the old one.
    writeFileSync(`${path}.new`, 'two\n')
    renameSync(`${path}.new`, path)
    const second = await follow({}, first.position())
    await comes(second, 'two')
    assert.match(notice(second, 'gap')?.message ?? '', /is not the file that was read before/)
  })

  it('begins anew at the present end when its stored position is not understood', async () => {
    writeFileSync(path, 'old\n')
    const reading = await follow({}, { of: 'another source' })
    assert.match(notice(reading, 'gap')?.message ?? '', /stored position is not understood/)
    await until('a usable position', () => JSON.stringify(reading.position()).includes(path))
    appendFileSync(path, 'new\n')
    await comes(reading, 'new')
    assert.deepEqual(reading.texts(), ['new'])
  })

  it('tells when it does not look at its files any more, and when it does again', async () => {
    writeFileSync(path, '')
    const spec: FileSpec = { kind: 'file', name: 'app', paths: [path] }
    const source = fileSource({ spec, clock: realTime, stallMs: 1_500 })
    const stop = new AbortController()
    const batches = source.read(undefined, stop.signal)[Symbol.asyncIterator]()
    await batches.next()
    assert.equal(await source.stall?.(), undefined)
    const stalls = async (is: boolean): Promise<void> => {
      const deadline = Date.now() + 20_000
      while (((await source.stall?.()) !== undefined) !== is) {
        assert.ok(Date.now() < deadline)
        await setTimeout(20)
      }
    }
    // Nobody asks for what comes next.
    await stalls(true)
    assert.match((await source.stall?.()) ?? '', /^source app: its files have not been looked at for \d+ s$/)
    const next = batches.next()
    await stalls(false)
    stop.abort()
    await next
  })

  it('leaves no descriptor behind', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length
    writeFileSync(path, '')
    const before = open()
    const reading = await follow()
    await reading.stop()
    await until('all descriptors closed', () => open() <= before)
  })
})
