/** What the commands have in common that ask a running watchdog. */

import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { askControl, ControlError } from '../service/control-client.ts'
import { CommandError, exitCode } from './exit-code.ts'

export interface ControlOptions {
  readonly control?: string
  readonly json?: true
}

const systemSocket = '/run/unit-watchdog/control'

export const withControl = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--control <path>',
        `control socket of the watchdog (default: ${systemSocket}, or that of your own watchdog)`,
      ).env('WATCHDOG_CONTROL'),
    )
    .option('--json', 'as JSON')
    .allowExcessArguments(false)

/** The socket of the system's watchdog, or of the user's own where there is one and no other. */
export function controlPath({ control }: ControlOptions): string {
  const own = join(process.env['XDG_RUNTIME_DIR'] ?? '/nonexistent', 'unit-watchdog/control')
  return control ?? (!existsSync(systemSocket) && existsSync(own) ? own : systemSocket)
}

/** Who asks: the login behind sudo, where there is one. */
const asker = (): string => {
  const { username } = userInfo()
  const login = process.env['SUDO_USER']
  return login === undefined || login === username ? username : `${login} (as ${username})`
}

export const ask = (options: ControlOptions, order?: object): Promise<unknown> =>
  askControl(controlPath(options), order).catch((error: unknown) => {
    throw error instanceof ControlError ? new CommandError(error.message, exitCode.failed) : error
  })

/** Orders it, and prints what came of it. */
export async function give(options: ControlOptions, order: object): Promise<void> {
  const answer = await ask(options, { ...order, by: asker() })
  const { ok, message } = answerOf(answer)
  if (options.json) process.stdout.write(`${JSON.stringify(answer)}\n`)
  else process[ok ? 'stdout' : 'stderr'].write(`${message}\n`)
  if (!ok) process.exitCode = exitCode.failed
}

function answerOf(answer: unknown): { readonly ok: boolean; readonly message: string } {
  const isAnswer = typeof answer === 'object' && answer !== null && 'ok' in answer && 'message' in answer
  return isAnswer
    ? { ok: answer.ok === true, message: String(answer.message) }
    : { ok: false, message: 'what answers there is no watchdog' }
}
