/** How the built program starts: from what was compiled when it was built, and without it where that does not fit. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const built = fileURLToPath(new URL('../../dist/cli/', import.meta.url))

/** Under another flag V8 takes no cache, as under another version. */
for (const [flags, isTaken] of [
  [[], true],
  [['--stress-lazy-source-positions'], false],
] as const) {
  test(`the program runs where its cache is ${isTaken ? 'taken' : 'not taken'}`, async () => {
    const look = `const { readFileSync } = require('node:fs')
      const [source, cachedData] = ['utf8', undefined].map((as, index) => readFileSync('${built}main.js' + (index ? '.cache' : ''), as))
      console.log(new (require('node:vm').Script)(source, { filename: '${built}main.js', cachedData }).cachedDataRejected)`
    const { stdout: isRejected } = await execa(process.execPath, [...flags, '-e', look])
    assert.equal(isRejected, String(!isTaken))
    const { stdout } = await execa(process.execPath, [...flags, `${built}watchdog.js`, 'replay', '--help'])
    assert.match(stdout, /^Usage: watchdog replay/)
  })
}
