/** The shape of a rule. */

import * as z from 'zod'
import { expectedGot, Mistake } from '../mistake.ts'
import { unitPattern, unitPatternWords } from '../unit-name.ts'
import { action } from './action.ts'
import { absence, aggregate, ratio, sequence, spike, threshold } from './condition.ts'
import {
  duration,
  issueOf,
  keys,
  listOf,
  oneOrMore,
  positiveDuration,
  readBy,
  text,
  unit,
} from './elements.ts'
import { evidence } from './evidence.ts'
import { match } from './match.ts'
import { backoff, budget, clear, cooldown, cpu, verify } from './policy.ts'

const conditions = ['threshold', 'absence', 'sequence', 'ratio', 'aggregate', 'spike'] as const

const mostKeysWords = 'a whole number from 1 to 10000000'

/** Keys of a rule, each of which can be read without the others. */
export const ruleShape = {
  description: text('a text').optional().describe('What the rule is for, to be read in logs and reports.'),
  source: oneOrMore(text('the name of a source'), 'the name of a source').describe(
    'The source whose events count, or several.',
  ),
  match: match
    .optional()
    .describe('Which events of the source count; with a sequence, those of its steps if absent.'),
  group_by: oneOrMore(text('a field'), 'a journal field, a named group of the match, source or file')
    .optional()
    .describe(
      'Journal fields, named groups of the match, source or file: each combination of their values is counted for itself.',
    ),
  max_keys: z
    .int(mostKeysWords)
    .min(1, mostKeysWords)
    .max(10_000_000, mostKeysWords)
    .optional()
    .describe(
      'Most combinations that are counted at a time; 100000 if absent. The one longest unused goes first.',
    ),
  threshold: threshold.optional().describe('Act when so many events came within a time.'),
  absence: absence.optional().describe('Act when no event came for a time.'),
  sequence: sequence
    .optional()
    .describe('Act when events came one after the other, or the last one did not.'),
  ratio: ratio.optional().describe('Act when too large a share of the events is of a kind.'),
  aggregate: aggregate.optional().describe('Act when a number made of a field is too large or too small.'),
  spike: spike.optional().describe('Act when there are many more events than before.'),
  reset: match.optional().describe('An event that empties the window, such as "all workers up".'),
  clear: clear.optional().describe('After a trigger there is no other one before it is as quiet as this.'),
  // biome-ignore lint/suspicious/noThenProperty: the rule file's own word; rules themselves have `actions`.
  then: listOf(action, 'a list of actions').describe('What to do, in this order.'),
  units: oneOrMore(readBy(unitPatternWords, unitPattern), unitPatternWords)
    .optional()
    .describe('Units that {placeholders} in the name of a unit may come to: names, or patterns with *.'),
  allow_critical: oneOrMore(unit, 'the name of a unit such as dbus.service')
    .optional()
    .describe('Units that take the machine down with them and that the rule may act upon all the same.'),
  cooldown: cooldown.optional(),
  backoff: backoff.optional().describe('Let the cooldown grow with every action that follows another.'),
  grace: duration
    .optional()
    .describe(
      'Events are ignored for this long after somebody else stopped, started or reloaded the unit; the cooldown if absent.',
    ),
  budget: budget.optional().describe('How many actions the target may get before the watchdog gives it up.'),
  max_age: positiveDuration
    .optional()
    .describe(
      'A trigger whose last event is older than this when it is read is not acted upon; 5min if absent.',
    ),
  lateness: duration
    .optional()
    .describe('How much out of order events may come; 2s if absent. Later ones are dropped and counted.'),
  verify: verify.optional().describe('Check that the action helped.'),
  expect_every: positiveDuration
    .optional()
    .describe('Warn when nothing matched for this long: the wording of the log may have changed.'),
  evidence: evidence.optional(),
  cpu: cpu.optional().describe('How much of one core the rule may take before that is reported.'),
  mode: z
    .enum(['enforce', 'simulate'], 'enforce or simulate')
    .optional()
    .describe('simulate: only say what would be done.'),
} as const

export const rule = keys(ruleShape, 'a rule: keys with values').superRefine(
  (rule, context) => {
    // A misspelt key may be the one that seems to be missing.
    const isSpeltRight = Object.keys(rule).every((key) => key in ruleShape)
    const given = conditions.filter((name) => rule[name] !== undefined)
    const [first, second] = given
    if (second !== undefined) {
      const message = expectedGot('one condition', given.join(' and '), 'make a rule of each')
      context.addIssue(issueOf(new Mistake('conflict', message), [second]))
    }
    if (first === undefined && isSpeltRight) context.addIssue(issueOf(missing(conditionWords)))
    if (rule.match === undefined && first !== 'sequence' && isSpeltRight)
      context.addIssue(issueOf(missing('"match", such as match: a text that events contain')))
  },
  { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
)

const conditionWords = 'a condition, such as threshold: { count: 10, within: 90s }'
const missing = (expected: string): Mistake => new Mistake('missing-key', expectedGot(expected, 'none'))
