/** Runs the command of an action, and tells it what happened. */

import { expandTemplate } from '../config/template.ts'
import type { Attempt } from '../engine/input.ts'
import type { CommandAction } from '../engine/rule.ts'
import { type CommandEnd, runCommand } from '../platform/run-command.ts'
import { decisionJson } from '../report/decision-json.ts'
import { printable } from '../report/printable.ts'
import { spanText } from '../report/time-text.ts'
import type { Incident } from './incident.ts'
import { incidentEnvironment, incidentValues } from './incident-values.ts'

/** As `Actuator.perform`. */
export async function performCommand(
  action: CommandAction,
  incident: Incident,
  signal: AbortSignal,
): Promise<Attempt> {
  const values = incidentValues(incident)
  const end = await runCommand({
    argv: action.argv.map((argument) => expandTemplate(argument, values)),
    environment: incidentEnvironment(incident, process.env),
    input: `${JSON.stringify(decisionJson(incident))}\n`,
    timeoutMs: action.timeout / 1_000,
    signal,
  })
  return attemptOf(action, end)
}

function attemptOf(action: CommandAction, end: CommandEnd): Attempt {
  const program = printable(action.argv[0] ?? '', 200)
  switch (end.kind) {
    case 'exited': {
      if (end.status === 0) return { action, result: 'done' }
      return { action, result: 'failed', message: `${program} exited with status ${end.status}${said(end)}` }
    }
    case 'killed':
      return { action, result: 'failed', message: `${program} was ended by ${end.signal}${said(end)}` }
    case 'timed-out': {
      const message = `${program} was ended, for it took longer than ${spanText(action.timeout)}${said(end)}`
      return { action, result: 'timed-out', message }
    }
    case 'left':
      return {
        action,
        result: 'timed-out',
        message: `nobody waited for ${program} to end, because the watchdog ends`,
      }
    case 'not-started':
      return notStarted(action, program, end.code)
  }
}

function notStarted(action: CommandAction, program: string, code: string): Attempt {
  switch (code) {
    case 'ENOENT':
      return {
        action,
        result: 'failed',
        message: `there is no ${program}, or not the interpreter that its first line names`,
      }
    case 'EACCES':
    case 'EPERM':
      return {
        action,
        result: 'refused',
        message: `${program} may not be run by us: check its mode with "ls -l"`,
      }
    default:
      return { action, result: 'failed', message: `${program} could not be started: ${code}` }
  }
}

/** The last lines of what it wrote, on one. */
function said({ output }: CommandEnd): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return lines.length === 0 ? '' : `, and said: ${printable(lines.slice(-3).join(' | '), 500)}`
}
