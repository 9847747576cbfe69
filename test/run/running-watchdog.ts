/** The built watchdog as a child process, with its log as it comes. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '../lab/until.ts'
import { builtWatchdog } from './built-watchdog.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

interface LogLine {
  readonly type?: string
  readonly rule?: string
  readonly kind?: string
  readonly msg?: string
}

export class RunningWatchdog {
  readonly #child: ChildProcess
  #output = ''
  #errors = ''

  constructor(...options: readonly string[]) {
    const args = [join(project, builtWatchdog()), 'run', ...options, '--log-format', 'json']
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text
    })
  }

  get log(): readonly LogLine[] {
    const lines = this.#output.split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line) as LogLine)
  }

  get errors(): string {
    return this.#errors
  }

  logged(type: string): readonly LogLine[] {
    return this.log.filter((line) => line.type === type)
  }

  async watching(): Promise<this> {
    await until('the watch', () => this.logged('watching').length > 0)
    return this
  }

  /** Its exit code, once it has ended by itself or by `signal`. */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null) return exitCode
    const ended = once(this.#child, 'close')
    if (signal !== undefined) this.#child.kill(signal)
    const [code] = (await ended) as [number | null]
    return code
  }
}
