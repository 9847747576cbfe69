/** The shape of a test of the rules: what happens in it, and what is expected to be decided. */

import * as z from 'zod'
import { expectedGot, Mistake } from '../mistake.ts'
import type { DecisionWord } from '../rule-test.ts'
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
import { fieldValue } from './match.ts'
import { longestTest, steps, tooLong } from './test-step.ts'

const decisions = [
  'act',
  'cooldown',
  'budget',
  'paused',
  'stale',
  'stopped',
  'dry-run',
  'not-allowed',
  'recovered',
  'not-recovered',
  'deaf',
] as const satisfies readonly DecisionWord[]

const expectationWords = 'a decision such as { at: 81s, decision: act }'
export const expectation = keys(
  {
    at: duration.describe('When, from the start of the test; compared to the millisecond.'),
    decision: z
      .enum(decisions, decisions.join(', '))
      .describe('act, why it is held back, recovered or not-recovered of "verify", or deaf.'),
    rule: text('the name of a rule').optional().describe('Of this rule.'),
    target: unit.optional().describe('About this unit.'),
    key: z
      .record(z.string(), fieldValue, 'parts of the key with their values')
      .optional()
      .describe('For this key, or for one with these parts.'),
  },
  expectationWords,
)

const logPath = readBy('the path of a recorded log', (path) =>
  path === '' || path === '-'
    ? new Mistake(
        'bad-path',
        expectedGot('the path of a recorded log', path === '' ? 'none' : 'standard input'),
      )
    : path,
)

export const testCase = keys(
  {
    name: text('a name').min(1, 'a name').describe('What is tested, to be read in reports.'),
    rule: text('the name of a rule')
      .optional()
      .describe('Compare the decisions of this rule only; those of every rule if absent.'),
    file: oneOrMore(logPath, 'the path of a recorded log')
      .optional()
      .describe('Recorded logs, absolute or relative to the rule file: all that replay reads.'),
    events: steps.optional().describe('What happens, at times of its own or along with the recorded logs.'),
    until: positiveDuration
      .superRefine((span, context) => {
        if (span > longestTest) context.addIssue(issueOf(tooLong()))
      })
      .optional()
      .describe('Go on for this long, from the start of the test; to the last event if absent.'),
    expect: z
      .array(expectation, 'a list of decisions, such as [{ at: 81s, decision: act }], or [] for none')
      .describe('All that is decided; an empty list for nothing.'),
  },
  "a test such as { name: …, events: [{ text: 'worker 1 exited' }], expect: [] }",
).superRefine(({ file, events }, context) => {
  if (file !== undefined || events !== undefined) return
  context.addIssue(issueOf(new Mistake('missing-key', expectedGot('"file", "events" or both', 'neither'))))
})
export type TestContent = z.output<typeof testCase>

export const testCases = listOf(testCase, 'a list of tests')
