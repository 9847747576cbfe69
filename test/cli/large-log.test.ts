/** A log that is large enough for two threads, read by the built program. */

import assert from 'node:assert/strict'
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'large-log-'))
after(() => rmSync(directory, { recursive: true, force: true }))
const log = join(directory, 'site.log')

const linesEach = 10_000
const pieces = 400
const timeOf = (piece: number): string => new Date(Date.UTC(2026, 0, 1, piece)).toISOString()
const wantedIn = (piece: number): string => `${timeOf(piece)} worker exited ${piece}`
/** An hour of the log, with one line that is wanted. */
function pieceOf(piece: number): string {
  const other = `${timeOf(piece)} GET /${'.'.repeat(45)}\n`
  return `${other.repeat(7_000)}${wantedIn(piece)}\n${other.repeat(linesEach - 7_001)}`
}

function rulesWith(count: number | string): string {
  const file = join(directory, `rules-${count}.yaml`)
  writeFileSync(
    file,
    `version: 1
sources: { log: { file: ${log} } }
rules:
  churn:
    source: log
    match: worker exited
    threshold: { count: ${count}, within: 5h }
    then: [{ restart: site.service }]
    cooldown: 1s
    grace: 1s
`,
  )
  return file
}

before(() => {
  const fd = openSync(log, 'w')
  for (let number = 0; number < pieces; number++) writeSync(fd, pieceOf(number))
  closeSync(fd)
  // `threadedFromBytes` of src/sources/recorded/second-thread.ts.
  assert.ok(statSync(log).size > 268_435_456)
})

const replay = (rules: string, by = program) =>
  execa(process.execPath, [by, 'replay', '--json', '--rules', rules, log], { reject: false, timeout: 60_000 })

async function isWhole(by?: string): Promise<void> {
  const { stdout, exitCode } = await replay(rulesWith(2), by)
  assert.equal(exitCode, 10)
  const outputs = stdout.split('\n').map((line) => JSON.parse(line))
  assert.equal(outputs.at(-1).events, pieces * linesEach)
  const texts = outputs.flatMap(({ lastEvent }) => lastEvent?.text ?? [])
  const expected = Array.from({ length: pieces / 2 }, (_, index) => wantedIn(2 * index + 1))
  assert.deepEqual(texts, expected)
}

test('a log that two threads read is told of whole and in order, and wrong rules end it at once', async () => {
  await isWhole()
  const wrong = await replay(rulesWith('none'))
  assert.deepEqual([wrong.exitCode, wrong.timedOut], [2, false])
})

test('and so is one whose second thread ends by itself, before it is needed or later', async () => {
  // As it is installed: it tells its version by the file above.
  cpSync(join(dirname(program), '../../package.json'), join(directory, 'package.json'))
  const broken = join(directory, 'dist/cli')
  cpSync(dirname(program), broken, { recursive: true })
  const thread = join(broken, 'scan-thread.js')
  const text = readFileSync(thread, 'utf8')
  for (const fault of [
    "throw new Error('broken')",
    'process.exit(1)',
    'setTimeout(() => process.exit(1), 50)',
  ]) {
    writeFileSync(thread, `${fault}\n${text}`)
    await isWhole(join(broken, 'watchdog.js'))
  }
})
