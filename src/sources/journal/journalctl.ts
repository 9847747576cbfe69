/** journalctl as a reader of the journal: how it is called, and what it prints. */

import { type ChildEnd, type ChildProcess, startChild } from '../../platform/child-process.ts'
import type { JournalEntry } from './entry.ts'
import { ExportParser, type Parsed } from './export-parser.ts'
import { type Failure, failureOf } from './failure.ts'
import type { UnitsOf } from './selection.ts'

export interface JournalctlOptions {
  readonly program: string
  /** Where to read from: `--directory=DIR` and the like. */
  readonly extraArgs: readonly string[]
  readonly unitsOf: UnitsOf
}

/** A running journalctl. */
export interface Reading {
  /** What it printed, as it comes; ends when it ends. */
  readonly parts: AsyncIterable<Parsed>
  readonly ended: Promise<ChildEnd>
  signal(name: NodeJS.Signals): void
  stop(): Promise<ChildEnd>
}

export type Sight =
  | { readonly kind: 'entry'; readonly entry: JournalEntry }
  /** There is none. */
  | { readonly kind: 'nothing' }
  | ({ readonly kind: 'unreadable' } & Failure)

export class Journalctl {
  readonly #options: JournalctlOptions

  constructor(options: JournalctlOptions) {
    this.#options = options
  }

  /** Reads entries with `fields` and their addresses. */
  read(args: readonly string[], fields: ReadonlySet<string>): Reading {
    const child = this.#start(['--quiet', ...args], fields)
    return {
      parts: parsed(child),
      ended: child.ended,
      signal: child.signal,
      stop: child.stop,
    }
  }

  /** The last entry of the whole journal or, from a cursor on, the first. */
  look(signal: AbortSignal, cursor?: string): Promise<Sight> {
    // Not quiet: it is here that a missing permission is told.
    const seek = cursor === undefined ? [] : [`--cursor=${cursor}`]
    return this.#sight(this.#start(['--lines=1', ...seek], new Set(['_BOOT_ID'])), signal)
  }

  /** The last of the entries that are selected by `matches`. */
  newest(matches: readonly string[], signal: AbortSignal): Promise<Sight> {
    return this.#sight(this.#start(['--quiet', '--lines=1', ...matches], new Set(['_BOOT_ID'])), signal)
  }

  async #sight(child: ChildProcess, signal: AbortSignal): Promise<Sight> {
    const stop = () => void child.stop()
    signal.addEventListener('abort', stop)
    let entry: JournalEntry | undefined
    for await (const { entries } of parsed(child)) entry ??= entries[0]
    signal.removeEventListener('abort', stop)
    const failure = failureOf(await child.ended, this.#options.program, this.#options.unitsOf)
    if (failure !== undefined) return { kind: 'unreadable', ...failure }
    return entry === undefined ? { kind: 'nothing' } : { kind: 'entry', entry }
  }

  /** Names of all units that have ever logged in this journal, as far as it reaches back; none where it cannot be read. */
  async units(signal: AbortSignal): Promise<readonly string[]> {
    const names = new Set<string>()
    for (const field of ['_SYSTEMD_UNIT', 'UNIT', '_SYSTEMD_USER_UNIT', 'USER_UNIT']) {
      const { program, extraArgs } = this.#options
      const child = startChild({ program, args: ['--quiet', ...extraArgs, `--field=${field}`], environment })
      const stop = () => void child.stop()
      signal.addEventListener('abort', stop)
      const chunks: Buffer[] = []
      for await (const chunk of child.output) chunks.push(chunk)
      signal.removeEventListener('abort', stop)
      for (const name of Buffer.concat(chunks).toString().split('\n')) if (name !== '') names.add(name)
    }
    return [...names]
  }

  #start(args: readonly string[], fields: ReadonlySet<string>): ChildProcess {
    const { program, extraArgs } = this.#options
    const output = ['--no-pager', '--output=export', `--output-fields=${[...fields].join(',')}`]
    return startChild({ program, args: [...output, ...extraArgs, ...args], environment })
  }
}

/** What it says is for us to understand, whatever the user has set. */
const environment = { LC_ALL: 'C.UTF-8', SYSTEMD_COLORS: '0', SYSTEMD_LOG_LEVEL: 'info' }

async function* parsed({ output }: ChildProcess): AsyncGenerator<Parsed> {
  const parser = new ExportParser()
  for await (const chunk of output) yield parser.push(chunk)
}
