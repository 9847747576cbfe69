/** The shapes of the six conditions, each read into a `Condition`. */

import * as z from 'zod'
import { expectedGot, Mistake, quoted } from '../mistake.ts'
import { issueOf, keys, positiveDuration, readBy, text, yesOrNo } from './elements.ts'
import { match } from './match.ts'

/**
 * Every key of a rule remembers so many times. journald lets a service write no more than that in 30 s, and a condition
 * that needs more of them is better told from fewer.
 */
const mostEvents = 10_000

const count = (words = `a whole number from 1 to ${mostEvents}`) =>
  z.int(words).min(1, words).max(mostEvents, words)
const span = positiveDuration.describe('In this long or less, both ends included.')
const least = count().optional().describe('Says nothing before so many events are in the span; 1 if absent.')

/** A field of an event, by a name that `references` looks for. */
const fieldWords = 'a journal field or a named group of the match'

export const threshold = keys(
  {
    count: count().describe('How many matching events.'),
    within: span,
    distinct: text(fieldWords).optional().describe('Count the different values of this field, not events.'),
  },
  'how many events and in what time, such as { count: 10, within: 90s }',
).transform(({ distinct, ...threshold }) => ({
  kind: 'threshold' as const,
  ...threshold,
  ...(distinct === undefined ? {} : { distinct }),
}))

export const absence = keys(
  { for: positiveDuration.describe('No matching event for this long.') },
  'how long the silence may last, such as { for: 10min }',
).transform((absence) => ({ kind: 'absence' as const, ...absence }))

const stepWords = "a match such as 'started', or { match: …, missing: true } as the last one"
const step = z.union(
  [
    keys(
      {
        match: match.describe('Which events are this step.'),
        missing: yesOrNo.optional().describe('The step must not come; of the last one only.'),
      },
      stepWords,
    ).transform(({ match, missing = false }) => ({
      match,
      missing,
    })),
    match.transform((match) => ({ match, missing: false })),
  ],
  stepWords,
)
const stepsWords = 'a list of two or more matches'
export const sequence = keys(
  {
    steps: z
      .array(step, stepsWords)
      .min(2, stepsWords)
      .max(100, 'at most 100 matches')
      .superRefine((steps, context) => {
        steps.slice(0, -1).forEach(({ missing }, index) => {
          if (!missing) return
          const message = expectedGot('"missing" on the last step', 'it on another one')
          context.addIssue(issueOf(new Mistake('conflict', message), [index, 'missing']))
        })
      })
      .describe('What must come, in this order; with missing: true, the last is what must not.'),
    within: positiveDuration.describe('From the first step to the last in this long or less.'),
    unless: match.optional().describe('An event that breaks off a sequence that has begun.'),
  },
  "steps and a time, such as { steps: ['starting', 'failed'], within: 30s }",
).transform(({ steps, unless, within }) => ({
  kind: 'sequence' as const,
  within,
  ...(unless === undefined ? {} : { unless }),
  steps: steps.map(({ match }) => match),
  missing: steps.at(-1)?.missing ?? false,
}))

const shareWords = 'a share from 0 to 1, or a percentage such as 20%'
const share = z.union(
  [
    z.number(shareWords).min(0, shareWords).max(1, shareWords),
    readBy(shareWords, (text) => {
      const [, digits] = /^(\d{1,2}(?:\.\d+)?|100)\s*%$/.exec(text.trim()) ?? []
      return digits === undefined
        ? new Mistake('bad-value', expectedGot(shareWords, quoted(text)))
        : Number(digits) / 100
    }),
  ],
  shareWords,
)
export const ratio = keys(
  {
    of: match.describe('The events whose share is taken.'),
    above: share.describe('The share that is too much.'),
    within: span,
    min: least,
  },
  "a match, a share and a time, such as { of: ' 500 ', above: 20%, within: 5min, min: 50 }",
).transform(({ min = 1, ...ratio }) => ({ kind: 'ratio' as const, ...ratio, min }))

const functions = ['avg', 'max', 'min', 'sum', 'p50', 'p90', 'p95', 'p99'] as const
const number = z.number('a number')
export const aggregate = keys(
  {
    field: text(fieldWords).describe('A field, or a named group of the match, that is a number.'),
    fn: z.enum(functions, functions.join(', ')).describe('What to make of the numbers.'),
    above: number.optional().describe('More than this is too much.'),
    below: number.optional().describe('Less than this is too little.'),
    within: span,
    min: least,
  },
  'a field, a function, a limit and a time, such as { field: ms, fn: p95, above: 800, within: 5min }',
)
  .superRefine(({ above, below }, context) => {
    if ((above === undefined) !== (below === undefined)) return
    const got = above === undefined ? 'neither' : 'both'
    const hint = above === undefined ? undefined : 'make two rules of them'
    context.addIssue(issueOf(new Mistake('conflict', expectedGot('either above or below', got, hint))))
  })
  .transform(({ above, below, min = 1, ...rest }) => {
    const aggregate = { kind: 'aggregate' as const, ...rest, min }
    return above === undefined ? { ...aggregate, below: below ?? 0 } : { ...aggregate, above }
  })

const factorWords = 'a number above 0'
export const spike = keys(
  {
    factor: z.number(factorWords).gt(0, factorWords).describe('So many times the usual rate is too much.'),
    within: positiveDuration.describe('The rate over this long is judged …'),
    baseline: positiveDuration.describe('… by that over this long before it.'),
    min: least,
  },
  'a factor and two times, such as { factor: 5, within: 1min, baseline: 1h, min: 20 }',
).transform(({ min = 1, ...spike }) => ({ kind: 'spike' as const, ...spike, min }))
