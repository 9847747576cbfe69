/** The shape of a rule file: the one definition by which it is read. What its parts say of each other is for `references`. */

import { z } from 'zod'
import { expectedGot, Mistake } from '../mistake.ts'
import { action } from './action.ts'
import { duration, issueOf, keys, listOf, oneOrMore, positiveDuration, text } from './elements.ts'
import { match } from './match.ts'
import { source } from './source.ts'

/**
 * Every key of a rule remembers so many times. journald lets a service write no more than that in 30 s, and a condition
 * that needs more of them is better told from fewer.
 */
const mostEvents = 10_000

const countWords = `a whole number from 1 to ${mostEvents}`
const threshold = keys(
  {
    count: z
      .int(countWords)
      .min(1, countWords)
      .max(mostEvents, countWords)
      .describe('How many matching events.'),
    within: positiveDuration.describe('In this long or less, both ends included.'),
  },
  'how many events and in what time, such as { count: 10, within: 90s }',
)

const nameWords =
  'a name of at most 64 small letters, digits, "_", "." and "-" that begins with a letter or digit'
const name = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, nameWords)

/** Keys of a rule, each of which can be read without the others. */
export const ruleShape = {
  description: text('a text').optional().describe('What the rule is for, to be read in logs and reports.'),
  source: oneOrMore(text('the name of a source'), 'the name of a source').describe(
    'The source whose events count, or several.',
  ),
  match: match.describe('Which events of the source count.'),
  group_by: oneOrMore(text('a field'), 'a journal field, a named group of the match, source or file')
    .optional()
    .describe(
      'Journal fields, named groups of the match, source or file: each combination of their values is counted for itself.',
    ),
  threshold: threshold.describe('When to act.'),
  // biome-ignore lint/suspicious/noThenProperty: the rule file's own word; rules themselves have `actions`.
  then: listOf(action, 'a list of actions').describe('What to do, in this order.'),
  cooldown: duration
    .optional()
    .describe(
      'After it acted, the rule ignores events for this long, and until systemd is done; 30s if absent.',
    ),
} as const

const rule = keys(ruleShape, 'a rule: keys with values')

export const ruleFile = keys(
  {
    version: z.literal(1, '1').describe('Version of this format.'),
    sources: z
      .record(name, source, 'names of sources with what they read')
      .describe('Where events come from, by name.'),
    rules: z
      .record(name, rule, 'names of rules with their keys')
      .superRefine((rules, context) => {
        if (Object.keys(rules).length > 0) return
        context.addIssue(issueOf(new Mistake('missing-key', expectedGot('at least one rule', 'none'))))
      })
      .describe('What to watch for, by name.'),
  },
  'a rule file, which starts with "version: 1"',
)

export type RuleFileContent = z.output<typeof ruleFile>
