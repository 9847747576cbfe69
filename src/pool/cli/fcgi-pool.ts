#!/usr/bin/env node
/** The `fcgi-pool` command: options in, a running pool out. */

import { loadSettings } from '../config/load-settings.ts'
import type { Overrides } from '../config/parse-config.ts'
import { ConfigError } from '../config/problem.ts'
import { exitStatus } from '../exit-status.ts'
import { stderrLog } from '../log.ts'
import { runManager } from '../manager/manager.ts'
import { notifierFrom } from '../manager/notifier.ts'
import { poolProgram } from './program.ts'

interface Options {
  readonly config?: string
  readonly listen?: string
  readonly workers?: string
  readonly control?: string
}

const program = poolProgram().action(run)

for (const command of [program, ...program.commands]) {
  command.exitOverride((error) => {
    process.exit(error.exitCode === 0 ? exitStatus.ok : exitStatus.usage)
  })
}

await program.parseAsync()

async function run(app: string | undefined, options: Options): Promise<void> {
  const log = stderrLog('manager')
  const reread = () => loadSettings(options.config, overridesFrom(app, options))
  try {
    const settings = await reread()
    process.title = 'fcgi-pool: manager'
    const status = await runManager({
      settings,
      reread,
      file: options.config,
      log,
      notifier: notifierFrom(process.env, log),
    })
    // At once: a handle that is closed on a natural end would remove a Unix socket's path under a new manager.
    process.exit(status)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(error instanceof ConfigError ? exitStatus.usage : exitStatus.failed)
  }
}

function overridesFrom(app: string | undefined, { listen, workers, control }: Options): Overrides {
  // What is no number is told as it was written.
  const count = workers !== undefined && /^\d+$/.test(workers) ? Number(workers) : workers
  const given = { app, listen, workers: count, control }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
