/** How the built program starts: from what was compiled when it was built, and without it where that does not fit. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))

const manifest: { readonly version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

/** Says of every script whether V8 has taken the cache that it was given. */
const look = `import vm from 'node:vm'
  const { Script } = vm
  vm.Script = class extends Script {
    constructor(source, options) {
      super(source, options)
      if (options?.cachedData !== undefined) console.error('rejected: ' + this.cachedDataRejected)
    }
  }`

/** Under another flag V8 takes no cache, as under another version. */
for (const [flags, isTaken] of [
  [[], true],
  [['--stress-lazy-source-positions'], false],
] as const) {
  test(`the program runs where its cache is ${isTaken ? 'taken' : 'not taken'}`, async () => {
    const looking = ['--import', `data:text/javascript,${encodeURIComponent(look)}`]
    const { stdout, stderr } = await execa(process.execPath, [
      ...flags,
      ...looking,
      program,
      'replay',
      '--help',
    ])
    assert.equal(stderr, `rejected: ${!isTaken}`)
    assert.match(stdout, /^Usage: watchdog replay/)
  })
}

test('the version is told, and the commands are in the help', async () => {
  for (const option of ['--version', '-V']) {
    const { stdout, stderr } = await execa(process.execPath, [program, option])
    assert.deepEqual([stdout, stderr], [manifest.version, ''])
  }
  const { stdout } = await execa(process.execPath, [program, '--help'])
  assert.match(stdout, /^ {2}replay /m)
})
