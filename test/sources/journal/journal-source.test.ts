import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { JournalSpec } from '../../../src/config/ruleset.ts'
import { type JournalSourceOptions, journalSource } from '../../../src/sources/journal/journal-source.ts'
import { type Position, SourceError } from '../../../src/sources/source.ts'
import { realTime, startReading, until } from '../reading.ts'

const program = fileURLToPath(new URL('../../fixtures/bin/journalctl.js', import.meta.url))
const site: JournalSpec = {
  kind: 'journal',
  name: 'site',
  units: ['site.service'],
  identifiers: [],
  fields: new Map(),
}
const epoch = 1_779_000_000_000_000
const cursorOf = (number: number): string => `s=${String(number).padStart(6, '0')};b=1;t=${number}`
const positionOf = (number: number): Position => ({ cursor: cursorOf(number), realtime: epoch + number })
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`)

/** A journal of lines with numbers, and a journalctl that reads it as `conducts` say. */
function stage(t: { after(clean: () => void): void }, conducts: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'))
  const before = process.env['JOURNAL_STAGE']
  process.env['JOURNAL_STAGE'] = folder
  t.after(() => {
    if (before === undefined) delete process.env['JOURNAL_STAGE']
    else process.env['JOURNAL_STAGE'] = before
    rmSync(folder, { recursive: true, force: true })
  })
  const path = (name: string) => join(folder, name)
  writeFileSync(path('entries'), '')
  writeFileSync(path('conduct'), conducts.map((line) => `${line}\n`).join(''))
  return {
    path,
    log: (from: number, to: number) => {
      for (let number = from; number <= to; number++)
        appendFileSync(path('entries'), `${cursorOf(number)} ${epoch + number} line ${number}\n`)
    },
    calls: () =>
      existsSync(path('calls')) ? readFileSync(path('calls'), 'utf8').split('\n').slice(0, -1) : [],
  }
}

const sourceWith = (options: Partial<JournalSourceOptions> = {}) =>
  journalSource({
    specs: [site],
    fields: new Set(),
    unitsOf: 'system',
    clock: realTime,
    journalctl: program,
    ...options,
  })

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a journalctl that dies in the middle of an entry loses none and repeats none', async (t) => {
  const journal = stage(t, ['die 3', 'die 1', 'exit 4', 'die 2'])
  journal.log(1, 5)
  const reading = startReading(sourceWith())
  await until('the place', () => reading.position() !== undefined)
  journal.log(6, 25)
  await until('the last line', () => reading.texts().includes('line 25'))
  assert.deepEqual(reading.texts(), numbers(6, 25))
  assert.ok(reading.notices.length > 0)
  assert.ok(reading.notices.every(({ kind }) => kind === 'reader-restarted'))
  assert.match(reading.notices[0]?.message ?? '', /SIGKILL.*behind the last entry/)
  await reading.stop()
})

test('what was logged while nobody read comes first, and once', async (t) => {
  const journal = stage(t)
  journal.log(1, 9)
  const reading = startReading(sourceWith(), positionOf(4))
  await until('the present', () => reading.texts().length === 5)
  journal.log(10, 12)
  await until('the last line', () => reading.texts().includes('line 12'))
  assert.deepEqual(reading.texts(), numbers(5, 12))
  assert.deepEqual(reading.notices, [])
  await reading.stop()
  assert.deepEqual(reading.position(), positionOf(12))
})

test('what is no entry is skipped and told of', async (t) => {
  const journal = stage(t, ['garbage 2'])
  journal.log(1, 1)
  const reading = startReading(sourceWith())
  await until('the place', () => reading.position() !== undefined)
  journal.log(2, 6)
  await until('the last line', () => reading.texts().includes('line 6'))
  assert.deepEqual(reading.texts(), numbers(2, 6))
  assert.deepEqual(
    reading.notices.map(({ kind }) => kind),
    ['damaged'],
  )
  await reading.stop()
})

test('complaints of journalctl are not fatal', async (t) => {
  const journal = stage(t, ['noise'])
  journal.log(1, 1)
  const reading = startReading(sourceWith())
  await until('the place', () => reading.position() !== undefined)
  journal.log(2, 3)
  await until('the last line', () => reading.texts().includes('line 3'))
  await reading.stop()
})

test('an entry that is no longer there is told of as a gap, with the times between which entries may be missing', async (t) => {
  const journal = stage(t)
  journal.log(7, 9)
  const reading = startReading(sourceWith(), positionOf(4))
  await until('the last line', () => reading.texts().includes('line 9'))
  assert.deepEqual(reading.texts(), numbers(7, 9))
  const [gap] = reading.notices
  assert.equal(gap?.kind, 'gap')
  assert.match(gap?.message ?? '', /between 2026-05-17T06:40:00\S+ and 2026-05-17T06:40:00\S+ may be missing/)
  await reading.stop()
})

test('a stored position that is none is told of, and reading begins at the end', async (t) => {
  const journal = stage(t)
  journal.log(1, 3)
  const reading = startReading(sourceWith(), { cursor: '$(reboot)', realtime: 1 })
  await until('the place', () => reading.position() !== undefined)
  journal.log(4, 4)
  await until('the line', () => reading.texts().includes('line 4'))
  assert.deepEqual(reading.texts(), ['line 4'])
  assert.match(reading.notices[0]?.message ?? '', /not understood/)
  assert.ok(journal.calls().every((call) => !call.includes('reboot')))
  await reading.stop()
})

test('a silent reader is renewed, and nothing is lost by it', async (t) => {
  const journal = stage(t)
  journal.log(1, 1)
  const reading = startReading(sourceWith({ silenceMs: 1_000 }))
  await until('the place', () => reading.position() !== undefined)
  const follows = () => journal.calls().filter((call) => call.includes('--follow')).length
  await until('a second reader', () => follows() >= 2)
  journal.log(2, 5)
  await until('the last line', () => reading.texts().includes('line 5'))
  assert.deepEqual(reading.texts(), numbers(2, 5))
  assert.deepEqual(reading.notices, [])
  await reading.stop()
})

test('no child is left behind', async (t) => {
  const journal = stage(t)
  journal.log(1, 1)
  const reading = startReading(sourceWith())
  await until('a follower', () => journal.calls().some((call) => call.includes('--follow')))
  await reading.stop()
  const pids = journal.calls().map((call) => Number(call.split(' ')[0]))
  assert.deepEqual(pids.filter(isAlive), [])
})

test('journalctl is asked for the units and for no more fields than are needed', async (t) => {
  const journal = stage(t)
  journal.log(1, 1)
  const reading = startReading(sourceWith({ fields: new Set(['PRIORITY']) }))
  await until('a follower', () => journal.calls().some((call) => call.includes('--follow')))
  await reading.stop()
  const call = journal.calls().find((one) => one.includes('--follow')) ?? ''
  assert.match(call, / _SYSTEMD_UNIT=site\.service \+ _PID=1 UNIT=site\.service \+ /)
  const fields = /--output-fields=(\S+)/.exec(call)?.[1]?.split(',').sort()
  assert.deepEqual(fields, [
    ...['COREDUMP_UNIT', 'MESSAGE', 'MESSAGE_ID', 'OBJECT_SYSTEMD_UNIT', 'PRIORITY', 'UNIT'],
    ...['_PID', '_SYSTEMD_UNIT', '_UID'],
  ])
})

test('what no retry can mend is said with what to do', async (t) => {
  const journal = stage(t)
  const missing = startReading(sourceWith({ journalctl: '/nowhere/journalctl' }))
  await assert.rejects(missing.ended, (error) => {
    assert.ok(error instanceof SourceError)
    assert.match(error.message, /journalctl was not found: rules on the journal need systemd/)
    return true
  })
  writeFileSync(journal.path('refusal'), 'No journal files were opened due to insufficient permissions.\n')
  const refused = startReading(sourceWith())
  await assert.rejects(refused.ended, (error) => {
    assert.ok(error instanceof SourceError)
    assert.match(error.message, /usermod -aG systemd-journal/)
    return true
  })
})

test('a journal that cannot be read for a while is read again', async (t) => {
  const journal = stage(t)
  journal.log(1, 1)
  writeFileSync(journal.path('refusal'), 'Failed to open journal: Too many open files\n')
  const reading = startReading(sourceWith())
  await until('the notice', () => reading.notices.length > 0)
  assert.match(reading.notices[0]?.message ?? '', /Too many open files/)
  rmSync(journal.path('refusal'))
  await until('the journal', () => reading.notices.some(({ kind }) => kind === 'available'))
  journal.log(2, 2)
  await until('the line', () => reading.texts().includes('line 2'))
  await reading.stop()
})

test('a source that contradicts itself is refused', async () => {
  const twice = { ...site, identifiers: ['a'], fields: new Map([['SYSLOG_IDENTIFIER', ['b']]]) }
  await assert.rejects(
    startReading(sourceWith({ specs: [twice] })).ended,
    /site asks for: one field cannot be both/,
  )
})
