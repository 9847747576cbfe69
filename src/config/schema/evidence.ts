/** The shape of what is gathered before a rule acts. */

import * as z from 'zod'
import { seconds } from '../../engine/time.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import { argv } from './action.ts'
import { duration, issueOf, keys, listOf } from './elements.ts'

/** How long an action waits for its evidence where nothing is said. */
export const evidencePatience = seconds(2)

/** Whoever waits longer has no use for a watchdog. */
const longestPatience = seconds(60)

const commandsWords = 'a list of programs with their arguments, such as [[/usr/bin/ss, -tn]]'
const commands = listOf(argv, commandsWords).max(10, 'at most 10 programs')

const within = duration
  .superRefine((span, context) => {
    if (span <= longestPatience) return
    const mistake = new Mistake(
      'bad-duration',
      expectedGot('at most 1min', 'more', 'the action waits for it'),
    )
    context.addIssue(issueOf(mistake))
  })
  .describe('The action waits for the evidence no longer than this; 2s if absent, 0s gathers none.')

const evidenceWords = `${commandsWords}, or { commands: [...], within: 2s }`

export const evidence = z
  .union(
    [
      commands.transform((commands) => ({ commands, within: evidencePatience })),
      keys(
        {
          commands: commands.optional().describe('Programs whose output is kept.'),
          within: within.optional(),
        },
        evidenceWords,
      ).transform(({ commands = [], within = evidencePatience }) => ({ commands, within })),
    ],
    evidenceWords,
  )
  .describe(
    'Programs whose output is kept with the incident, beside the lines, the log, the status and the figures of the unit; gathered before the action.',
  )
