/** The shape of what happens in a test of the rules. */

import * as z from 'zod'
import { microseconds, seconds } from '../../engine/time.ts'
import { isFieldName } from '../field-name.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import type { Happening, Repetition } from '../rule-test.ts'
import { duration, issueOf, keys, oneOrMore, text, unit } from './elements.ts'
import { fieldValue } from './match.ts'

/** A test runs through its time event by event, and deadline by deadline. */
export const longestTest = seconds(365.25 * 24 * 3_600)
export const tooLong = () => new Mistake('bad-duration', expectedGot('a test of at most 1y', 'a longer one'))

const kinds = ['text', 'unit', 'outcome', 'pause', 'resume'] as const
const stepWords = "something that happens, such as { at: 5s, text: 'worker 1 exited' }"
const timesWords = 'a whole number from 1 to 100000'
const eventText = text('the text of an event')
const yes = z.literal(true, 'true')

const fieldNameWords = 'the name of a journal field, in capitals, or file'
const fields = z.record(
  z.string().refine((name) => name === 'file' || isFieldName(name), fieldNameWords),
  oneOrMore(fieldValue, 'a value'),
  'fields with their values',
)

type UnitHappening = Extract<Happening, { kind: 'unit' }>

const unitWords = 'a unit and what it is, such as { name: site.service, stopped: true }'
const unitStep = keys(
  {
    name: unit.describe('The unit.'),
    stopped: yes.optional().describe('It is stopped, as an administrator does, and has been for long.'),
    failed: yes.optional().describe('It does not run, and nobody stopped it.'),
    restarted: yes.optional().describe('Somebody else restarts it at this time.'),
  },
  unitWords,
)
  .superRefine(({ name: _, ...given }, context) => {
    const [, second] = Object.keys(given)
    if (second === undefined) return
    const mistake = new Mistake('conflict', expectedGot('one state', Object.keys(given).join(' and ')))
    context.addIssue(issueOf(mistake, [second]))
  })
  .transform(
    ({ name, stopped = false, failed = false, restarted = false }): UnitHappening => ({
      kind: 'unit',
      unit: name,
      stopped,
      running: !stopped && !failed,
      restarted,
    }),
  )

/** An event whose source may be left to what the test is about. */
export type StepHappening =
  | Exclude<Happening, { kind: 'event' }>
  | (Omit<Extract<Happening, { kind: 'event' }>, 'source'> & { readonly source?: string })

const stepShape = keys(
  {
    at: duration.optional().describe('When, from the start of the test.'),
    after: duration
      .optional()
      .describe('How long after what is above, instead of "at"; at the same time if both are absent.'),
    every: duration.optional().describe('Again and again, this far apart …'),
    times: z
      .int(timesWords)
      .min(1, timesWords)
      .max(100_000, timesWords)
      .optional()
      .describe('… and so many times in all.'),
    text: oneOrMore(eventText, 'the text of an event')
      .optional()
      .describe('An event with this text; of several texts, each in turn.'),
    fields: fields.optional().describe('Fields of the event.'),
    source: text('the name of a source')
      .optional()
      .describe('The source of the event; the first one of the rule of the test if absent.'),
    unit: unitStep.optional().describe('What a unit is from now on, or that somebody else restarts it.'),
    outcome: z
      .enum(['done', 'fails', 'stopped'], 'done, fails or stopped')
      .optional()
      .describe('What becomes of actions from now on; stopped: the unit turns out to be. done if absent.'),
    takes: duration.optional().describe('How long actions take from now on; no time if absent.'),
    pause: text('the name of a rule or unit').optional().describe('An operator pauses this rule or unit.'),
    resume: text('the name of a rule or unit').optional().describe('An operator resumes this rule or unit.'),
  },
  stepWords,
)
export const step = stepShape
  .superRefine((given, context) => {
    const wrong = (code: 'conflict' | 'missing-key', expected: string, got: string, key?: string) =>
      context.addIssue(issueOf(new Mistake(code, expectedGot(expected, got)), key === undefined ? [] : [key]))
    const [first, second] = kinds.filter((kind) => given[kind] !== undefined)
    if (first === undefined) wrong('missing-key', `one of ${kinds.join(', ')}`, 'none')
    if (second !== undefined) wrong('conflict', 'one thing that happens', `${first} and ${second}`, second)
    if (given.at !== undefined && given.after !== undefined)
      wrong('conflict', 'either at or after', 'both', 'after')
    if ((given.every === undefined) !== (given.times === undefined))
      wrong(
        'conflict',
        'every and times together',
        'one alone',
        given.every === undefined ? 'times' : 'every',
      )
    for (const key of ['fields', 'source'] as const)
      if (given[key] !== undefined && first !== undefined && first !== 'text')
        wrong('conflict', `"${key}" beside "text"`, `it beside "${first}"`, key)
    if (given.takes !== undefined && first !== undefined && first !== 'outcome')
      wrong('conflict', '"takes" beside "outcome"', `it beside "${first}"`, 'takes')
  })
  .transform(({ at, after, every = microseconds(0), times = 1, ...given }) => ({
    at,
    after,
    every,
    times,
    happening: happeningOf(given),
  }))
type Step = z.output<typeof step>

function happeningOf(
  given: Pick<
    z.output<typeof stepShape>,
    'text' | 'fields' | 'source' | 'unit' | 'outcome' | 'takes' | 'pause' | 'resume'
  >,
): StepHappening {
  const { text, fields = {}, source, unit, outcome, takes = microseconds(0), pause, resume } = given
  if (text !== undefined)
    return {
      kind: 'event',
      texts: text,
      fields: new Map(
        Object.entries(fields).map(([name, [first = '', ...others]]) => [
          name,
          others.length === 0 ? first : [first, ...others],
        ]),
      ),
      ...(source === undefined ? {} : { source }),
    }
  if (unit !== undefined) return unit
  if (outcome !== undefined)
    return { kind: 'outcome', result: outcome === 'fails' ? 'failed' : outcome, takes }
  if (pause !== undefined) return { kind: 'pause', subject: pause }
  if (resume !== undefined) return { kind: 'resume', subject: resume }
  throw new Error('a step without anything that happens has passed its check')
}

/** The steps in the order of the file with their own times; a step without one follows what is above it. */
function timed(steps: readonly Step[]): readonly (Repetition & { readonly happening: StepHappening })[] {
  let last = 0
  return steps.map(({ at, after = microseconds(0), every, times, happening }) => {
    const first = at ?? microseconds(last + after)
    last = first + every * (times - 1)
    return { at: first, every, times, happening }
  })
}

export const steps = z
  .array(step, 'a list of what happens')
  .superRefine((given, context) => {
    const index = timed(given).findIndex(({ at, every, times }) => at + every * (times - 1) > longestTest)
    if (index >= 0) context.addIssue(issueOf(tooLong(), [index]))
  })
  .transform(timed)
