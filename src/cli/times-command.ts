/** `watchdog times`: which times are recognised in a log. */

import { Command } from 'commander'
import { Mistake } from '../config/mistake.ts'
import { timestamp, timezone } from '../config/schema/texts.ts'
import { realClock } from '../platform/clock.ts'
import { coloursFor } from '../report/colours.ts'
import { LineKinds, lineTimeJson } from '../report/line-times.ts'
import { lineTimes } from '../sources/recorded/line-times.ts'
import { CommandError, exitCode } from './exit-code.ts'

interface TimesOptions {
  readonly format?: string
  readonly timezone?: string
  readonly json?: true
}

export const timesCommand = (): Command =>
  new Command('times')
    .description('show which times are recognised on the lines of a log')
    .argument('<file>', 'a text log, compressed or not; - is standard input')
    .option('--format <format>', 'the only format to look for: a name, or one such as "%Y-%m-%d %H:%M:%S"')
    .option(
      '--timezone <zone>',
      "zone of times that bear none, such as Europe/Berlin (default: the machine's)",
    )
    .option('--json', 'one JSON object per line of the log: line, time, format')
    .addHelpText(
      'after',
      '\nA line without a time is of the time of the line before it.\nExit codes: 0 some line bears a time, 1 none does or the log cannot be read, 2 wrong usage.',
    )
    .action(run)

async function run(path: string, options: TimesOptions): Promise<void> {
  const format = checked('--format', options.format, timestamp)
  const zone = checked('--timezone', options.timezone, timezone)
  const kinds = new LineKinds()
  const reader = lineTimes(path, { format, timezone: zone, now: realClock.now() })
  for (;;) {
    const next = await reader.next()
    if (next.done === true) {
      if (next.value !== undefined) throw new CommandError(next.value.message, exitCode.failed)
      break
    }
    for (const line of next.value) kinds.add(line)
    if (options.json) print(next.value.map((line) => `${JSON.stringify(lineTimeJson(line))}\n`).join(''))
  }
  if (!options.json) {
    print(`${kinds.text(path, coloursFor(process.stdout.isTTY && process.stdout.hasColors()))}\n`)
  }
  if (!kinds.isDated) process.exitCode = exitCode.failed
}

function checked(
  option: string,
  value: string | undefined,
  read: (text: string) => string | Mistake,
): string | undefined {
  const result = value === undefined ? undefined : read(value)
  if (!(result instanceof Mistake)) return result
  throw new CommandError(`${option}: ${result.message}`, exitCode.usage)
}

const print = (text: string): void => {
  process.stdout.write(text)
}
