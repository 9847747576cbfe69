/** What the schema of a rule file is made of. Each element's own message is what completes "expected …". */

import * as z from 'zod'
import { seconds } from '../../engine/time.ts'
import { durationWords, parseDuration } from '../duration.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import { unitName, unitTemplate, unitTemplateWords, unitWords } from '../unit-name.ts'

/** A text that `read` makes into a value, or into what is wrong with it. */
export const readBy = <Value>(expected: string, read: (text: string) => Value | Mistake) =>
  z.string(expected).transform((text, context): Value => {
    const value = read(text)
    if (!(value instanceof Mistake)) return value
    context.addIssue(issueOf(value))
    return z.NEVER
  })

/** `mistake` as an issue of the schema, at `path` below where it is found. */
export const issueOf = (mistake: Mistake, path: readonly (string | number)[] = []) => ({
  code: 'custom' as const,
  message: mistake.message,
  params: { mistake },
  path: [...path],
})

export const text = (expected: string) => z.string(expected)

export const listOf = <Item extends z.ZodType>(item: Item, expected: string) =>
  z.array(item, expected).min(1, expected)

/** One item or a list of them; a list in either case when it was read. */
export const oneOrMore = <Item extends z.ZodType>(item: Item, expected: string) =>
  z.union(
    [item.transform((one): z.output<Item>[] => [one]), listOf(item, `${expected}, or a list of them`)],
    `${expected}, or a list of them`,
  )

/** A map of exactly these keys; the message about any other lists those that are known. */
export const keys = <Shape extends z.ZodRawShape>(shape: Shape, expected: string) =>
  z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : expected),
  })

export const duration = readBy(durationWords, parseDuration).describe('A time span: 90s, 1min 30s, 2h.')

/** A span of no time at all would be a rule that never, or always, does something. */
export const positiveDuration = readBy(durationWords, (text) => {
  const span = parseDuration(text)
  return span === 0 ? new Mistake('bad-duration', expectedGot('a time span above zero', text.trim())) : span
}).describe('A time span above zero: 90s, 1min 30s, 2h.')

export const unit = readBy(unitWords, unitName).describe('Name of a unit with its suffix: site.service.')

/** Of an action, whose unit may be chosen by the key among those that the rule names. */
export const targetUnit = readBy(unitTemplateWords, unitTemplate).describe(
  'Name of a unit with its suffix: site.service. {NAME} is a part of the key, see units.',
)

export const yesOrNo = z.boolean('true or false')

/** How long one attempt to deliver an alert may take. */
export const deliveryTimeout = positiveDuration.superRefine((span, context) => {
  if (span <= seconds(300)) return
  context.addIssue(issueOf(new Mistake('bad-duration', expectedGot('at most 5min', 'more'))))
})
