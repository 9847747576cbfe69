/** `watchdog status`: how a running watchdog fares. */

import { setTimeout } from 'node:timers/promises'
import { Command } from 'commander'
import { coloursFor } from '../report/colours.ts'
import { isLiveStatus } from '../service/live-status.ts'
import { statusText } from '../service/status-text.ts'
import { ask, type ControlOptions, withControl } from './control-options.ts'
import { CommandError, exitCode } from './exit-code.ts'

interface Options extends ControlOptions {
  readonly watch?: true
}

const refreshMs = 1_000
const homeAndClear = '\u001b[H\u001b[J'

export const statusCommand = (): Command =>
  withControl(
    new Command('status')
      .description('show rules, windows, cooldowns, budgets, sources and the last incidents')
      .option('--watch', 'show it again every second, until Ctrl-C'),
  )
    .addHelpText('after', '\nExit codes: 0 shown, 1 no watchdog answers, 2 wrong usage.')
    .action(run)

async function run(options: Options): Promise<void> {
  for (;;) {
    const status = await ask(options)
    if (!isLiveStatus(status)) throw new CommandError('what answers there is no watchdog', exitCode.failed)
    const { stdout } = process
    const width = stdout.isTTY ? stdout.columns : 100
    const text = options.json
      ? `${JSON.stringify(status)}\n`
      : statusText(status, coloursFor(stdout.isTTY && stdout.hasColors()), width)
    stdout.write(options.watch && stdout.isTTY ? `${homeAndClear}${text}` : text)
    if (!options.watch) return
    await setTimeout(refreshMs)
  }
}
