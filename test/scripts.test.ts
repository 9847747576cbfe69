import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('..', import.meta.url))
const scripts = ['.ci', '.config', 'systemd', 'test'].flatMap((folder) =>
  readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(project, folder, name))
    .filter(
      (path) => statSync(path).isFile() && /^#!.*\b(ba)?sh\n/.test(readFileSync(path, 'latin1').slice(0, 80)),
    ),
)

test('shellcheck finds nothing in any script', () => {
  assert.ok(scripts.length > 5)
  execFileSync('shellcheck', scripts, { stdio: 'inherit' })
})
