/** The shape of a `match`, which is read into a `MatchSpec`. */

import * as z from 'zod'
import type { FieldTest, MatchSpec } from '../../match/match-spec.ts'
import { isFieldName, wellKnownFields } from '../field-name.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import { patternWords, readPattern } from '../pattern.ts'
import { issueOf, keys, listOf, readBy, yesOrNo } from './elements.ts'
import { containsWords, literal } from './texts.ts'

const testKeys = ['contains', 'regex', 'ignore_case', 'all', 'any', 'not'] as const

const contains = readBy(containsWords, literal)
const regex = readBy(patternWords, readPattern)
const ignoreCase = yesOrNo.describe('Letters match in upper and lower case; false if absent.')

/** The value of a field; numbers are what they are written as. */
export const fieldValue = z.union([z.string(), z.number().transform(String)], 'a text or a number')

/** A test whose `ignoreCase` may come from around it. */
type FieldTestText = {
  readonly test: (ignoreCase: boolean) => FieldTest
  readonly ignoreCase?: boolean | undefined
}

const equals = (anyOf: readonly string[]): FieldTestText => ({
  test: (ignoreCase) => ({ kind: 'equals', anyOf, ignoreCase }),
})

const fieldTestWords = 'a value, a list of values, { contains: … } or { regex: … }'
const fieldTest = z.union(
  [
    fieldValue.transform((value) => equals([value])).describe('The field has this value.'),
    listOf(fieldValue, fieldTestWords).transform(equals).describe('The field has one of these values.'),
    keys(
      {
        contains: contains.optional().describe('The value contains this.'),
        regex: regex
          .optional()
          .describe('The value matches this (RE2 syntax); its named groups are captured.'),
        ignore_case: ignoreCase.optional(),
      },
      fieldTestWords,
    )
      .superRefine((test, context) => {
        if ((test.contains === undefined) !== (test.regex === undefined)) return
        const got = test.regex === undefined ? 'neither' : 'both'
        const mistake = new Mistake(
          'conflict',
          expectedGot('either contains or regex', got, 'write two tests under all'),
        )
        context.addIssue(issueOf(mistake))
      })
      .transform(({ contains, regex, ignore_case }): FieldTestText => {
        const test = (ignoreCase: boolean): FieldTest =>
          contains === undefined
            ? { kind: 'regex', pattern: regex ?? '', ignoreCase }
            : { kind: 'contains', literal: contains, ignoreCase }
        return { test, ignoreCase: ignore_case }
      }),
  ],
  fieldTestWords,
)

const matchWords = "a text that events contain, or a test such as { regex: '…' }"

const containsSpec = contains
  .transform((literal): MatchSpec => ({ kind: 'contains', literal, ignoreCase: false }))
  .describe('The text of the event contains this.')

export const match: z.ZodType<MatchSpec> = z
  .lazy(() => z.union([containsSpec, tests], matchWords))
  .meta({ id: 'match' })

const tests = z
  .object(
    {
      contains: contains.optional().describe('The text contains this.'),
      regex: regex.optional().describe('The text matches this (RE2 syntax); its named groups are captured.'),
      ignore_case: ignoreCase.optional(),
      all: listOf(match, 'a list of tests').optional().describe('Every one of these matches.'),
      any: listOf(match, 'a list of tests').optional().describe('At least one of these matches.'),
      not: match.optional().describe('This does not match.'),
    },
    matchWords,
  )
  .catchall(fieldTest)
  .superRefine(
    (given, context) => {
      const unknown = Object.keys(given).filter((key) => !isTestKey(key) && !isFieldName(key))
      if (unknown.length === 0) return
      const known = [...testKeys, ...wellKnownFields].join(', ')
      context.addIssue({ code: 'unrecognized_keys', keys: unknown, message: known, input: given })
    },
    { when: ({ value }) => typeof value === 'object' && value !== null },
  )
  .superRefine((given, context) => {
    const others = Object.keys(given).filter((key) => key !== 'ignore_case')
    if (others.length === 0) {
      const mistake = new Mistake(
        'missing-key',
        expectedGot(matchWords, given.ignore_case === undefined ? 'nothing' : 'ignore_case alone'),
      )
      context.addIssue(issueOf(mistake))
    } else if (given.ignore_case !== undefined && others.every(isCombination)) {
      const hint = 'put it into the tests themselves'
      const mistake = new Mistake(
        'conflict',
        expectedGot('ignore_case beside contains, regex or a field', `it beside ${others.join(', ')}`, hint),
      )
      context.addIssue(issueOf(mistake, ['ignore_case']))
    }
  })
  .transform(({ contains, regex, ignore_case: ignoreCase = false, all, any, not, ...fields }): MatchSpec => {
    const parts: MatchSpec[] = []
    if (contains !== undefined) parts.push({ kind: 'contains', literal: contains, ignoreCase })
    if (regex !== undefined) parts.push({ kind: 'regex', pattern: regex, ignoreCase })
    for (const [name, { test, ignoreCase: own }] of Object.entries(fields)) {
      parts.push({ kind: 'field', name, test: test(own ?? ignoreCase) })
    }
    if (all !== undefined) parts.push({ kind: 'all', of: all })
    if (any !== undefined) parts.push({ kind: 'any', of: any })
    if (not !== undefined) parts.push({ kind: 'not', of: not })
    const [first] = parts
    return first !== undefined && parts.length === 1 ? first : { kind: 'all', of: parts }
  })
  .describe('Everything in it must match. A key in capitals is a journal field.')
  .meta({ propertyNames: { pattern: `^(${testKeys.join('|')}|[A-Z_][A-Z0-9_]*)$` } })

const isCombination = (key: string): boolean => key === 'all' || key === 'any' || key === 'not'

const isTestKey = (key: string): boolean => testKeys.some((known) => known === key)
