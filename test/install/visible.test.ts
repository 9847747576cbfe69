import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { whyInvisible } from '../../src/install/visible.ts'

test('a service sees programs of the machine, and none in /tmp or of root alone', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'visible-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const program = join(folder, 'node')
  writeFileSync(program, '')
  assert.equal(whyInvisible('/bin/sh'), undefined)
  assert.match(whyInvisible(program) ?? '', /lies below \/(var\/)?tmp, which is hidden from services/)
  assert.match(whyInvisible('/etc/shadow') ?? '', /can be read by its owner or group alone/)
})
