/** The shape of an action, which is read into an `Action`. */

import * as z from 'zod'
import type { Action, UnitVerb } from '../../engine/rule.ts'
import { seconds } from '../../engine/time.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import { issueOf, keys, listOf, positiveDuration, readBy, text, targetUnit as unit } from './elements.ts'
import { argument, argumentWords, programMistake, signalName, signalWords } from './texts.ts'

/** How long a command may take where nothing is said. */
const defaultTimeout = seconds(30)

/** A command that takes longer than this should be a unit, and the action its start. */
const longestTimeout = seconds(24 * 3_600)

const timeout = positiveDuration
  .superRefine((span, context) => {
    if (span <= longestTimeout) return
    const mistake = new Mistake(
      'bad-duration',
      expectedGot('at most 1d', 'more', 'let the action start a unit that does it'),
    )
    context.addIssue(issueOf(mistake))
  })
  .describe('The command is ended after this long; 30s if absent.')

const argvWords = 'the program and its arguments as a list, such as [/usr/bin/logger, "{rule}"]'
export const argv = listOf(readBy(argumentWords, argument), argvWords).superRefine(
  ([program = ''], context) => {
    const mistake = programMistake(program)
    if (mistake !== undefined) context.addIssue(issueOf(mistake, [0]))
  },
)

const commandWords = `${argvWords}, or { run: [...], timeout: 30s }`
export const command = z.union(
  [
    argv.transform((run) => ({ run, timeout: defaultTimeout })),
    keys(
      { run: argv.describe('The program and its arguments.'), timeout: timeout.optional() },
      commandWords,
    ).transform(({ run, timeout = defaultTimeout }) => ({ run, timeout })),
  ],
  commandWords,
)

const actionWords = 'an action such as "restart: site.service"'
const shape = {
  restart: unit.optional().describe('Restart the unit, unless somebody stopped it.'),
  reload: unit.optional().describe('Let the unit read its configuration again.'),
  reload_or_restart: unit
    .optional()
    .describe('Reload the unit if it can, else restart it, unless somebody stopped it.'),
  start: unit.optional().describe('Start the unit.'),
  stop: unit.optional().describe('Stop the unit.'),
  reset_failed: unit.optional().describe('Forget that the unit failed, and how often it was started.'),
  kill: keys(
    {
      unit,
      signal: readBy(signalWords, signalName).describe('Name of the signal, with or without its SIG.'),
    },
    'a unit and a signal, such as { unit: site.service, signal: SIGHUP }',
  )
    .optional()
    .describe('Send a signal to all processes of the unit.'),
  command: command
    .optional()
    .describe('Run a program, without a shell; {placeholders} in its arguments are replaced.'),
  alert: text('the name of an alert')
    .optional()
    .describe('Tell people by this one of the alerts of the file.'),
} as const
const verbs = [
  'restart',
  'reload',
  'reload_or_restart',
  'start',
  'stop',
  'reset_failed',
] as const satisfies readonly UnitVerb[]

export const action = keys(shape, actionWords)
  .superRefine((given, context) => {
    const [first, second, ...others] = Object.keys(given)
    if (first === undefined)
      context.addIssue(issueOf(new Mistake('missing-key', expectedGot(actionWords, 'nothing'))))
    if (second === undefined) return
    const got = [first, second, ...others].join(' and ')
    const mistake = new Mistake('conflict', expectedGot('one action', got, 'begin each with its own "- "'))
    context.addIssue(issueOf(mistake, [second]))
  })
  .transform((given): Action => {
    for (const verb of verbs) {
      const unit = given[verb]
      if (unit !== undefined) return { kind: 'unit', verb, unit }
    }
    if (given.kill !== undefined) return { kind: 'kill', ...given.kill }
    if (given.alert !== undefined) return { kind: 'alert', alert: given.alert }
    if (given.command === undefined) throw new Error('an action without any key')
    return { kind: 'command', argv: given.command.run, timeout: given.command.timeout }
  })
