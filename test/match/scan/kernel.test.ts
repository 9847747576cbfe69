import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const path = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url))

test('the kernel that is shipped is the one that is here in source (npm run kernel)', () => {
  const compiled = execFileSync(process.execPath, [path('.config/build-kernel.mjs'), '--print'], {
    encoding: 'utf8',
  })
  assert.equal(compiled, readFileSync(path('src/match/scan/kernel-bytes.ts'), 'utf8'))
})
