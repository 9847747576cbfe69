import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { EvidenceFile } from '../../src/evidence/evidence.ts'
import {
  evidenceFolder,
  pruneEvidence,
  readEvidence,
  writeEvidence,
} from '../../src/evidence/evidence-directory.ts'

const state = mkdtempSync(join(tmpdir(), 'watchdog-evidence-'))
after(() => rmSync(state, { recursive: true }))
const folder = evidenceFolder(state)

const evidence = (incident: string): EvidenceFile => ({
  version: 1,
  incident,
  decision: { type: 'decision', time: '2026-11-21T00:00:00.000000Z', rule: 'churn' },
  gathered: { at: '2026-11-21T00:00:00.000000Z', milliseconds: 12 },
  lines: [{ time: '2026-11-21T00:00:00.000000Z', text: 'died' }],
  parts: [{ title: 'ss', end: 'whole', cut: false, text: 'x'.repeat(1_000) }],
})

describe('a directory of evidence', () => {
  test('gives back what was written, and shows it to nobody else', () => {
    const { path } = writeEvidence(folder, evidence('a-1'))
    assert.deepEqual(readEvidence(path), { kind: 'evidence', evidence: evidence('a-1') })
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.deepEqual(readdirSync(folder), ['a-1.json'])
  })

  test('says of what is not there, or damaged, or no file at all, what it is', () => {
    assert.equal(readEvidence(join(folder, 'b-2.json')).kind, 'absent')
    const damaged = join(state, 'damaged.json')
    writeFileSync(damaged, '{"version":1')
    assert.equal(readEvidence(damaged).kind, 'unusable')
    const pipe = join(state, 'pipe')
    execFileSync('mkfifo', [pipe])
    assert.equal(readEvidence(pipe).kind, 'unusable')
    assert.equal(readEvidence('/dev/zero').kind, 'unusable')
  })

  test('keeps no more, and no longer, than it may', async () => {
    const [bytes = 0] = ['p-1', 'p-2', 'p-3'].map((id) => writeEvidence(folder, evidence(id)).bytes)
    for (const [index, id] of ['a-1', 'p-1', 'p-2', 'p-3'].entries())
      utimesSync(join(folder, `${id}.json`), index, index)
    await pruneEvidence(folder, 10_000, { bytes: 1_000_000, ageMs: 9_500 })
    assert.deepEqual(readdirSync(folder).toSorted(), ['p-1.json', 'p-2.json', 'p-3.json'])
    await pruneEvidence(folder, 10_000, { bytes: 2 * bytes, ageMs: 9_500 })
    assert.deepEqual(readdirSync(folder).toSorted(), ['p-2.json', 'p-3.json'])
  })
})
