/** Delivers an alert by a command. */

import type { CommandChannel } from '../../config/alert-spec.ts'
import { commandEnvironment, variableName } from '../../platform/command-environment.ts'
import { type CommandEnd, runCommand } from '../../platform/run-command.ts'
import { printable } from '../../report/printable.ts'
import { spanText } from '../../report/time-text.ts'
import type { Delivery } from '../delivery.ts'
import type { AlertMessage } from '../message.ts'
import { ownBody } from '../webhook-request.ts'
import { alertValues, filled } from '../words.ts'

/** Linux refuses to start a command with one longer than 128 KiB. */
const longestValue = 4_096

export async function deliverByCommand(
  { argv, timeout }: CommandChannel,
  message: AlertMessage,
  signal: AbortSignal,
): Promise<Delivery> {
  const cut = (value: string): string => value.slice(0, longestValue)
  const environment = commandEnvironment(process.env)
  for (const [name, value] of alertValues(message))
    environment.set(`WATCHDOG_${variableName(name)}`, cut(value))
  const end = await runCommand({
    argv: argv.map((argument) => filled(argument, message, cut)),
    environment,
    input: `${JSON.stringify(ownBody(message))}\n`,
    timeoutMs: timeout / 1_000,
    signal,
  })
  if (end.kind === 'exited' && end.status === 0) return { kind: 'delivered' }
  const program = printable(argv[0] ?? '', 200)
  return { kind: 'failed', why: `${program} ${endWords(end, spanText(timeout))}` }
}

/** What it wrote is not told: it may be a secret that it was given. */
function endWords(end: CommandEnd, limit: string): string {
  switch (end.kind) {
    case 'exited':
      return `exited with status ${end.status}`
    case 'killed':
      return `was ended by ${end.signal}`
    case 'timed-out':
      return `was ended, for it took longer than ${limit}`
    case 'left':
      return 'was left to itself, because the watchdog ends'
    case 'not-started':
      return `could not be started (${end.code})`
  }
}
