/** The branches of a rule that an event reaches by what it says: alternatives of the match, steps, resets. Pure. */

import type { LogEvent } from '../engine/event.ts'
import type { Rule } from '../engine/rule.ts'
import { compileMatch } from '../match/compile-match.ts'
import type { FieldTest, MatchSpec } from '../match/match-spec.ts'
import { printable } from '../report/printable.ts'

export interface EventBranch {
  /** Unique within the rule. */
  readonly name: string
  readonly isReachedBy: (event: LogEvent) => boolean
}

type Test = EventBranch['isReachedBy']

export function eventBranches({ match, condition, reset }: Rule): readonly EventBranch[] {
  const counts = testOf(match)
  const whole = (name: string, spec: MatchSpec | undefined, within: Test): readonly EventBranch[] => {
    if (spec === undefined) return []
    const matches = testOf(spec)
    const isReachedBy: Test = (event) => within(event) && matches(event)
    return [{ name: `${name}: ${words(spec)}`, isReachedBy }, ...alternatives(name, spec, isReachedBy)]
  }
  const always: Test = () => true
  return [
    ...(condition.kind === 'sequence'
      ? [
          ...condition.steps.flatMap((step, index) => whole(`step ${index + 1}`, step, counts)),
          ...whole('unless', condition.unless, counts),
        ]
      : alternatives('match', match, counts)),
    ...(condition.kind === 'ratio' ? whole('ratio of', condition.of, counts) : []),
    ...whole('reset', reset, always),
  ]
}

/** Each alternative of every `any` in `spec`: reached by an event that it is the first to match. */
function alternatives(name: string, spec: MatchSpec, within: Test): readonly EventBranch[] {
  if (spec.kind === 'all')
    return spec.of.flatMap((part, index) => alternatives(`${name} all ${index + 1}`, part, within))
  if (spec.kind !== 'any') return []
  const tests = spec.of.map(testOf)
  return spec.of.flatMap((part, index) => {
    const isReachedBy: Test = (event) => within(event) && tests.findIndex((test) => test(event)) === index
    const own = `${name} any ${index + 1}`
    return [{ name: `${own}: ${words(part)}`, isReachedBy }, ...alternatives(own, part, isReachedBy)]
  })
}

function testOf(spec: MatchSpec): Test {
  const matches = compileMatch(spec)
  return (event) => matches(event) !== undefined
}

/** The test in few words. */
function words(spec: MatchSpec): string {
  switch (spec.kind) {
    case 'contains':
      return printable(JSON.stringify(spec.literal), 60)
    case 'regex':
      return printable(`/${spec.pattern}/`, 60)
    case 'field':
      return `${spec.name} ${fieldWords(spec.test)}`
    case 'all':
    case 'any':
      return `${spec.kind} of ${spec.of.length}`
    case 'not':
      return `not ${words(spec.of)}`
  }
}

function fieldWords(test: FieldTest): string {
  switch (test.kind) {
    case 'equals':
      return printable(`= ${test.anyOf.join(' or ')}`, 60)
    case 'contains':
    case 'regex':
      return words(test)
  }
}
