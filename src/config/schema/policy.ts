/** The shapes of what keeps a rule from doing harm: backoff, budget, verification, hysteresis. */

import * as z from 'zod'
import { seconds } from '../../engine/time.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import { action } from './action.ts'
import { duration, issueOf, keys, listOf, positiveDuration } from './elements.ts'

const hour = seconds(3_600)

const factorWords = 'a number from 1 to 100'
const factor = z.number(factorWords).min(1, factorWords).max(100, factorWords)
const backoffWords = `${factorWords}, or { factor: 2, max: 1h, healthy: 1h }`
export const backoff = z.union(
  [
    factor.transform((factor) => ({ factor, max: hour, healthy: hour })),
    keys(
      {
        factor: factor.describe('The cooldown is multiplied by this with every action that follows another.'),
        max: positiveDuration.optional().describe('It grows no longer than this; 1h if absent.'),
        healthy: positiveDuration
          .optional()
          .describe('Without an action for this long it falls back to its own length; 1h if absent.'),
      },
      backoffWords,
    ).transform(({ factor, max = hour, healthy = hour }) => ({ factor, max, healthy })),
  ],
  backoffWords,
)

/** What is done when actions on units are at their end: these may not be such actions. */
const lastResort = listOf(action, 'a list of commands and alerts').superRefine((actions, context) => {
  actions.forEach(({ kind }, index) => {
    if (kind === 'command' || kind === 'alert') return
    const message = expectedGot(
      'a command or an alert',
      'an action on a unit',
      'nothing more is done to units by then',
    )
    context.addIssue(issueOf(new Mistake('conflict', message), [index]))
  })
})

const actionsWords = 'a whole number from 1 to 1000'
export const budget = keys(
  {
    actions: z
      .int(actionsWords)
      .min(1, actionsWords)
      .max(1_000, actionsWords)
      .describe('So many actions on the target …'),
    per: positiveDuration.describe('… within this long; the next would be one too many.'),
    // biome-ignore lint/suspicious/noThenProperty: the rule file's own word.
    then: lastResort.optional().describe('What to do, once, when the watchdog gives the target up.'),
    half_open: positiveDuration
      .optional()
      .describe('Try once more by itself after this long; only an operator resumes it if absent.'),
  },
  'a number of actions and a time, such as { actions: 3, per: 1h }',
).transform(({ actions, per, then: escalation = [], half_open: halfOpen }) => ({
  actions,
  per,
  escalation,
  ...(halfOpen === undefined ? {} : { halfOpen }),
}))

const verifyWords = 'a time span, or { within: 30s, then: [...] }'
export const verify = z.union(
  [
    positiveDuration.transform((within) => ({ within, otherwise: [] })),
    keys(
      {
        within: positiveDuration.describe('The condition must stay quiet, and the unit run, for this long.'),
        // biome-ignore lint/suspicious/noThenProperty: the rule file's own word.
        then: lastResort.optional().describe('What to do when it did not recover.'),
      },
      verifyWords,
    ).transform(({ within, then: otherwise = [] }) => ({ within, otherwise })),
  ],
  verifyWords,
)

const quietWords = 'a whole number from 0 to 10000'
export const clear = keys(
  {
    count: z
      .int(quietWords)
      .min(0, quietWords)
      .max(10_000, quietWords)
      .describe('At most so many matching events …'),
    within: positiveDuration.describe('… in this long are quiet.'),
  },
  'when it is quiet again, such as { count: 0, within: 5min }',
)

export const cooldown = duration.describe(
  'After it acted, the rule ignores events for this long, and until systemd is done; 30s if absent.',
)

const shareWords = 'a number above 0 and at most 1'
export const cpu = keys(
  {
    share: z
      .number(shareWords)
      .gt(0, shareWords)
      .max(1, shareWords)
      .describe('A rule that takes more than this share of the time of one core …'),
    per: positiveDuration.optional().describe('… in a period of this length is reported; 1min if absent.'),
    set_aside: z
      .boolean('true or false')
      .optional()
      .describe('Such a rule sees no more events until it is resumed or the watchdog starts again.'),
  },
  'the share of a core that the rule may take, such as { share: 0.25, per: 1min }',
).transform(({ share, per = seconds(60), set_aside: setAside = false }) => ({ share, per, setAside }))
