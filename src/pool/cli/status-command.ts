/** `fcgi-pool status`: asks a running pool how it fares. */

import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { loadControlPath } from '../config/load-settings.ts'
import { ConfigError } from '../config/problem.ts'
import { exitStatus } from '../exit-status.ts'
import { isPoolStatus, type PoolStatus } from '../status/pool-status.ts'
import { statusText } from '../status/status-text.ts'

interface Options {
  readonly control?: string
  readonly config?: string
  readonly json?: boolean
}

const answerMs = 5_000

export function statusCommand(): Command {
  return new Command('status')
    .description('shows workers, memory, queue and exits of a running pool')
    .option('--control <path>', 'control socket of the pool')
    .option('-c, --config <file>', 'configuration file that names the control socket')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      // The program has options of the same names, and takes them wherever they stand.
      const options: Options = command.optsWithGlobals()
      try {
        const path = options.control ?? (await controlFrom(options.config))
        const status = await ask(path)
        process.stdout.write(options.json ? `${JSON.stringify(status, undefined, 2)}\n` : statusText(status))
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
        process.exitCode = error instanceof ConfigError ? exitStatus.usage : exitStatus.failed
      }
    })
}

async function controlFrom(config: string | undefined): Promise<string> {
  const control = config === undefined ? undefined : await loadControlPath(config)
  if (control !== undefined) return control
  const message =
    'expected --control PATH, or --config FILE with a control path; that of fcgi-pool@NAME.service is /run/fcgi-pool/NAME/control'
  throw new ConfigError(undefined, [{ message }])
}

async function ask(path: string): Promise<PoolStatus> {
  const socket = connect({ path })
  socket.setTimeout(answerMs, () => socket.destroy(new Error('it does not answer')))
  try {
    const status: unknown = JSON.parse(await text(socket))
    if (isPoolStatus(status)) return status
  } catch (error) {
    throw new Error(`cannot ask the pool at ${path}: ${error instanceof Error ? error.message : error}`)
  }
  throw new Error(`cannot ask the pool at ${path}: what answers is no pool`)
}
