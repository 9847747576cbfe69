/** Lines are followed through the real logrotate, whatever it is told to do, and through restarts of the reader. */

import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { fileSource } from '../../../src/sources/file/file-source.ts'
import type { Position } from '../../../src/sources/source.ts'
import { realTime, type SourceReading, startReading, until } from '../reading.ts'

const program = '/usr/sbin/logrotate'
const skip = existsSync(program) ? process.getuid?.() !== 0 && 'needs root' : 'needs logrotate'
const writer = fileURLToPath(new URL('writer.mjs', import.meta.url))

class Stage {
  readonly log: string
  readonly #folder: string
  readonly #t: TestContext
  #reading: SourceReading | undefined
  #position: Position | undefined
  readonly texts: string[] = []
  readonly notices: string[] = []

  constructor(t: TestContext) {
    this.#t = t
    this.#folder = mkdtempSync(join(tmpdir(), 'logrotate-'))
    chmodSync(this.#folder, 0o755)
    this.log = join(this.#folder, 'app.log')
    writeFileSync(this.log, '')
    t.after(async () => {
      await this.stop()
      rmSync(this.#folder, { recursive: true, force: true })
    })
  }

  /** Reads on from where it stopped. */
  async read(): Promise<void> {
    const source = fileSource({ spec: { kind: 'file', name: 'app', paths: [this.log] }, clock: realTime })
    this.#reading = startReading(source, this.#position)
    await until('the first batch', () => this.#reading?.position() !== undefined)
  }

  async stop(): Promise<void> {
    const reading = this.#reading
    if (reading === undefined) return
    this.#reading = undefined
    await reading.stop()
    this.texts.push(...reading.texts())
    this.notices.push(...reading.notices.map(({ message }) => message))
    // As it is kept on disk.
    this.#position = JSON.parse(JSON.stringify(reading.position()))
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.read()
  }

  get seen(): number {
    return this.texts.length + (this.#reading?.events.length ?? 0)
  }

  async write(lines: number, pauseMs: number): Promise<ChildProcess> {
    const child = fork(writer, [this.log, String(lines), String(pauseMs)])
    this.#t.after(() => child.kill('SIGKILL'))
    await once(child, 'message')
    return child
  }

  /** Rotates now, as by the next day's cron job. */
  rotate(options: string, writerPid?: number): void {
    const config = join(this.#folder, 'logrotate.conf')
    const reopened = join(this.#folder, 'reopened')
    const reopen =
      writerPid === undefined
        ? ''
        : `postrotate
  rm -f ${reopened}
  kill -HUP ${writerPid}
  while [ ! -e ${reopened} ] && kill -0 ${writerPid} 2>/dev/null; do sleep 0.01; done
endscript
`
    writeFileSync(config, `${this.log} {\n  su root root\n  rotate 50\n  ${options}\n  ${reopen}}\n`)
    chmodSync(config, 0o644)
    execFileSync(program, ['--force', '--state', join(this.#folder, 'state'), config])
  }

  /** Every line came once. */
  check(lines: number): void {
    const numbers = this.texts
      .map((text) => Number(/^line (\d+) x{60}$/.exec(text)?.[1] ?? Number.NaN))
      .sort((a, b) => a - b)
    const missing = Array.from({ length: lines }, (_, index) => index).filter(
      (line) => numbers[line] !== line,
    )
    assert.deepEqual(
      { count: numbers.length, firstWrong: missing[0], notices: this.notices },
      { count: lines, firstWrong: undefined, notices: [] },
    )
  }
}

const lines = 100_000
const turns = 5

/** Rotations while a writer writes at full speed; the reader is restarted after some. */
for (const [name, options, restarts] of [
  ['create', 'create', false],
  ['create, with restarts', 'create', true],
  ['compress', 'create\n  compress', false],
  ['compress, with restarts', 'create\n  compress', true],
  ['compress and delaycompress, with restarts', 'create\n  compress\n  delaycompress', true],
  ['dateext', 'create\n  dateext\n  dateformat -%Y%m%d-%s', false],
  ['dateext and compress, with restarts', 'create\n  compress\n  dateext\n  dateformat -%Y%m%d-%s', true],
] as const) {
  test(`logrotate: ${name}`, { skip }, async (t) => {
    const stage = new Stage(t)
    await stage.read()
    const child = await stage.write(lines, options.includes('dateext') ? 12 : 5)
    const ended = once(child, 'exit')
    for (let turn = 0; turn < turns; turn++) {
      const before = stage.seen
      await until('some lines', () => stage.seen > before + 2_000 || child.exitCode !== null)
      // A second time stamp in one second has the same name, which logrotate refuses.
      if (options.includes('dateext')) await setTimeout(1_050)
      if (restarts) await stage.stop()
      stage.rotate(options, child.exitCode === null ? child.pid : undefined)
      if (restarts) await stage.read()
    }
    await ended
    await until('the last line', () => stage.seen >= lines)
    await stage.stop()
    stage.check(lines)
  })
}

describe('logrotate: copytruncate', { skip }, () => {
  for (const [name, options] of [
    ['plain', 'copytruncate'],
    ['with compress', 'copytruncate\n  compress'],
    ['with dateext', 'copytruncate\n  dateext\n  dateformat -%Y%m%d-%s'],
  ] as const) {
    test(name, async (t) => {
      const stage = new Stage(t)
      await stage.read()
      let written = 0
      const writeLines = (count: number): void => {
        const text = Array.from(
          { length: count },
          (_, index) => `line ${written + index} ${'x'.repeat(60)}\n`,
        )
        written += count
        writeFileSync(stage.log, text.join(''), { flag: 'a' })
      }
      for (let turn = 0; turn < 4; turn++) {
        // What is written between its copy and its truncation logrotate itself loses: nobody writes then.
        const before = stage.seen
        writeLines(2_000)
        await until('a part of it', () => stage.seen > before)
        // What it has not read yet it reads in the copy.
        writeLines(2_000)
        if (turn === 2) await stage.restart()
        if (options.includes('dateext')) await setTimeout(1_050)
        stage.rotate(options)
        assert.equal(statSync(stage.log).size, 0)
        await until('what was written', () => stage.seen === written)
      }
      writeLines(1)
      await until('the last line', () => stage.seen === written)
      await stage.stop()
      stage.check(written)
    })
  }
})
