/** A rule file of which any part may be wrong: what can be read is checked all the same. Pure. */

import * as z from 'zod'
import { action } from '../schema/action.ts'
import { ruleShape } from '../schema/rule.ts'
import { source } from '../schema/source.ts'
import { expectation } from '../schema/test-case.ts'
import { step } from '../schema/test-step.ts'

/** Stands for what does not fit the schema, which is told of elsewhere. */
export const unreadable = Symbol('unreadable')
export type Readable<Value> = Value | typeof unreadable

const orUnreadable = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([schema, z.unknown().transform((): typeof unreadable => unreadable)])

const tolerantRule = z.object({
  source: orUnreadable(ruleShape.source),
  match: orUnreadable(ruleShape.match),
  sequence: orUnreadable(ruleShape.sequence),
  threshold: orUnreadable(ruleShape.threshold),
  aggregate: orUnreadable(ruleShape.aggregate),
  group_by: orUnreadable(ruleShape.group_by),
  // biome-ignore lint/suspicious/noThenProperty: the rule file's own word.
  then: orUnreadable(z.array(orUnreadable(action))),
  evidence: orUnreadable(ruleShape.evidence),
  units: orUnreadable(ruleShape.units),
  allow_critical: orUnreadable(ruleShape.allow_critical),
  budget: orUnreadable(ruleShape.budget),
  verify: orUnreadable(ruleShape.verify),
})
export type TolerantRule = z.output<typeof tolerantRule>
export type TolerantSource = Readable<z.output<typeof source>>

const tolerantTest = z.object({
  name: orUnreadable(z.string()),
  rule: orUnreadable(z.string().optional()),
  events: orUnreadable(z.array(orUnreadable(step)).optional()),
  expect: orUnreadable(z.array(orUnreadable(expectation))),
})
export type TolerantTest = z.output<typeof tolerantTest>

export const tolerantFile = orUnreadable(
  z.object({
    sources: orUnreadable(z.record(z.string(), orUnreadable(source))),
    rules: orUnreadable(z.record(z.string(), orUnreadable(tolerantRule))),
    tests: orUnreadable(z.array(orUnreadable(tolerantTest)).optional()),
  }),
)
export type TolerantFile = Exclude<z.output<typeof tolerantFile>, typeof unreadable>

export const isReadable = <Value>(part: Readable<Value>): part is Value => part !== unreadable
