import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { directoryStore } from '../../src/state/directory-store.ts'
import { formatSnapshot, parseSnapshot } from '../../src/state/snapshot-file.ts'
import type { StateNotice } from '../../src/state/state-store.ts'

function storeIn(directory: string) {
  const notices: StateNotice[] = []
  const now = () => new Date('2026-05-17T03:12:44Z')
  return { notices, store: directoryStore({ directory, notify: (notice) => notices.push(notice), now }) }
}

const temporary = (t: { after(clean: () => void): void }): string => {
  const directory = mkdtempSync(join(tmpdir(), 'state-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

test('what was saved last is loaded, in a directory that was not there', (t) => {
  const directory = join(temporary(t), 'new', 'state')
  const { store, notices } = storeIn(directory)
  assert.equal(store.load(), undefined)
  assert.ok(store.save({ at: 1 }))
  assert.ok(store.save({ at: 2, text: 'größer\n' }))
  assert.deepEqual(storeIn(directory).store.load(), { at: 2, text: 'größer\n' })
  assert.deepEqual(notices, [])
})

test('a damaged file is set aside and told of, and the one before it is used', (t) => {
  const directory = temporary(t)
  const { store } = storeIn(directory)
  store.save({ at: 1 })
  store.save({ at: 2 })
  const path = join(directory, 'state.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('2}', '3}'))
  const { store: again, notices } = storeIn(directory)
  assert.deepEqual(again.load(), { at: 1 })
  assert.deepEqual(
    notices.map(({ kind }) => kind),
    ['set-aside'],
  )
  assert.match(notices[0]?.message ?? '', /checksum/)
  assert.deepEqual(readdirSync(directory).sort(), [
    'state.json.2026-05-17T031244.000Z.unusable',
    'state.previous.json',
  ])
})

test('a file of a newer version is kept as it is', (t) => {
  const directory = temporary(t)
  const text = '{"unit-watchdog state":99,"sha256":"?"}\n{}\n'
  writeFileSync(join(directory, 'state.json'), text)
  const { store, notices } = storeIn(directory)
  assert.equal(store.load(), undefined)
  assert.match(notices[0]?.message ?? '', /newer version/)
  assert.ok(store.save({ at: 1 }))
  const aside = readdirSync(directory).find((name) => name.endsWith('.unusable')) ?? ''
  assert.equal(readFileSync(join(directory, aside), 'utf8'), text)
})

test('a directory where nothing can be written is told of once, and so is its recovery', (t) => {
  const parent = temporary(t)
  const path = join(parent, 'state')
  writeFileSync(path, 'a file where the directory should be')
  const { store, notices } = storeIn(path)
  assert.equal(store.save({ at: 1 }), false)
  assert.equal(store.save({ at: 2 }), false)
  rmSync(path)
  assert.ok(store.save({ at: 3 }))
  assert.deepEqual(
    notices.map(({ kind }) => kind),
    ['unsaved', 'saved'],
  )
  chmodSync(path, 0o700)
})

test('no change to a state file passes for a snapshot', () => {
  const text = formatSnapshot({ windows: [1, 2, 3], name: 'churn' })
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (index, by, cut) => {
      const changed = cut
        ? text.slice(0, index)
        : text.slice(0, index) +
          String.fromCharCode((text.charCodeAt(index) + by) % 256) +
          text.slice(index + 1)
      const reading = parseSnapshot(changed)
      // The heading's own white space and the last line end are all that may differ.
      if (reading.kind === 'snapshot')
        assert.deepEqual(reading.snapshot, { windows: [1, 2, 3], name: 'churn' })
    }),
    { numRuns: 2_000 },
  )
})
