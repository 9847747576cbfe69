/** The shape of a rule file: the one definition that validates it. What keys mean together is checked in `build`. */

import { z } from 'zod'
import { parseDuration } from './duration.ts'
import { patternProblem } from './pattern.ts'
import type { ProblemCode } from './problem.ts'
import { absolutePathProblem, commandProblem, signalProblem, timezoneProblem } from './text-checks.ts'
import { unitNameProblem } from './unit-name.ts'

/** A text with a check of its own, which runs even where the keys around it are wrong. */
const checked = (code: ProblemCode, problem: (value: string) => string | undefined) =>
  z.string().superRefine((value, context) => {
    const message = problem(value)
    if (message !== undefined) context.addIssue({ code: 'custom', message, params: { code } })
  })

const text = z.string()
const oneOrMore = <Item extends z.ZodType>(item: Item) => z.union([item, z.array(item).min(1)])
const scalar = z.union([z.string(), z.number(), z.boolean()])
const duration = checked('bad-duration', (value) => {
  const parsed = parseDuration(value)
  return typeof parsed === 'string' ? parsed : undefined
}).describe('A time span such as 90s, 1min 30s or 2h.')
const unit = checked('bad-unit', unitNameProblem).describe(
  'The name of a unit with its suffix, such as site.service.',
)

const pattern = checked('bad-pattern', patternProblem)
const argv = z
  .array(text)
  .min(1)
  .superRefine((value, context) => {
    const message = commandProblem(value[0] ?? '')
    if (message !== undefined)
      context.addIssue({ code: 'custom', message, path: [0], params: { code: 'bad-value' } })
  })

const fieldTest = z.union([
  scalar,
  z.array(scalar).min(1),
  z.strictObject({
    contains: text.optional().describe('The value contains this.'),
    regex: pattern.optional().describe('The value matches this (RE2 syntax); named groups are captured.'),
    equals: oneOrMore(scalar).optional().describe('The value is this, or one of these.'),
    ignore_case: z.boolean().optional(),
  }),
])

export interface MatchObject {
  contains?: string | undefined
  regex?: string | undefined
  ignore_case?: boolean | undefined
  all?: MatchText[] | undefined
  any?: MatchText[] | undefined
  not?: MatchText | undefined
  [field: string]: unknown
}
export type MatchText = string | MatchObject
export type FieldTestText = z.infer<typeof fieldTest>

const match: z.ZodType<MatchText> = z.lazy(() =>
  z.union([
    text.describe('The text contains this.'),
    z
      .object({
        contains: text.optional().describe('The text contains this.'),
        regex: pattern.optional().describe('The text matches this (RE2 syntax); named groups are captured.'),
        ignore_case: z.boolean().optional(),
        all: z.array(match).min(1).optional().describe('Every one of these matches.'),
        any: z.array(match).min(1).optional().describe('At least one of these matches.'),
        not: match.optional().describe('This does not match.'),
      })
      .catchall(fieldTest),
  ]),
)

const source = z.strictObject({
  journal: z
    .strictObject({
      unit: oneOrMore(unit)
        .optional()
        .describe('Entries of these units, by fields that no client can forge.'),
      identifier: oneOrMore(text).optional().describe('SYSLOG_IDENTIFIER, which any client may claim.'),
      fields: z.record(z.string(), oneOrMore(scalar)).optional().describe('Exact values of journal fields.'),
    })
    .optional(),
  file: oneOrMore(checked('bad-value', absolutePathProblem))
    .optional()
    .describe('Absolute paths or globs; - is standard input.'),
  timestamp: z
    .enum(['iso8601', 'rfc3164'])
    .optional()
    .describe('How lines are dated, where it is not recognised.'),
  timezone: checked('bad-value', timezoneProblem)
    .optional()
    .describe('IANA zone of times that bear none; the machine’s if absent.'),
})

const action = z.strictObject({
  restart: unit.optional(),
  reload: unit.optional(),
  reload_or_restart: unit.optional(),
  start: unit.optional(),
  stop: unit.optional(),
  reset_failed: unit.optional(),
  kill: z.strictObject({ unit, signal: checked('bad-value', signalProblem) }).optional(),
  command: z
    .union([argv, z.strictObject({ run: argv, timeout: duration.optional() })])
    .optional()
    .describe('A command as a list of arguments, run without a shell.'),
})
export type ActionText = z.infer<typeof action>

const rule = z.strictObject({
  description: text.optional(),
  source: z.union([text, z.array(text)]).describe('Name of a source, or a list of them.'),
  match,
  group_by: oneOrMore(text).optional().describe('Every combination of these values has a window of its own.'),
  threshold: z.strictObject({
    count: z.int().min(1).max(10_000),
    within: duration,
  }),
  // biome-ignore lint/suspicious/noThenProperty: the rule file's own word; rules themselves have `actions`.
  then: z.array(action).min(1).describe('What to do, in this order.'),
  cooldown: duration.optional().describe('Events are ignored for this long after an action; 30s if absent.'),
})
export type RuleText = z.infer<typeof rule>
export type SourceText = z.infer<typeof source>

export const ruleFile = z.strictObject({
  version: z.literal(1),
  sources: z.record(z.string(), source),
  rules: z.record(z.string(), rule),
})
export type RuleFileText = z.infer<typeof ruleFile>

/** Keys of a `match` that are not names of journal fields. */
export const matchKeys = ['contains', 'regex', 'ignore_case', 'all', 'any', 'not'] as const
