/** From what the tests of a rule file say to plain data. Pure. */

import type { Location } from './problem.ts'
import type { Expectation, RuleTest, TestStep } from './rule-test.ts'
import type { Ruleset } from './ruleset.ts'
import type { TestContent } from './schema/test-case.ts'

type Known = Pick<Ruleset, 'sources' | 'rules'>

/** Of a file without problems; `places` are those of the tests. */
export const buildTests = (
  tests: readonly TestContent[],
  places: readonly Location[],
  known: Known,
): readonly RuleTest[] =>
  tests.map(({ name, rule, file = [], events = [], until, expect }, index) => {
    const location = places[index]
    if (location === undefined) throw new Error('a test without its place')
    return {
      name,
      location,
      ...(rule === undefined ? {} : { rule }),
      files: file,
      steps: events.map((step) => stepOf(step, rule, known)),
      ...(until === undefined ? {} : { until }),
      expect: expect.map((content) => expectationOf(content, rule)),
    }
  })

function stepOf(
  { happening, ...repetition }: NonNullable<TestContent['events']>[number],
  rule: string | undefined,
  known: Known,
): TestStep {
  if (happening.kind !== 'event') return { ...repetition, ...happening }
  return { ...repetition, ...happening, source: happening.source ?? defaultSource(rule, known) }
}

/** That of the rule which the test is about, else the only one of the file. */
function defaultSource(name: string | undefined, { sources, rules }: Known): string {
  const [first] =
    name === undefined ? sources.keys() : (rules.find((rule) => rule.name === name)?.sources ?? [])
  if (first === undefined) throw new Error('a test whose source is unknown has passed its check')
  return first
}

function expectationOf(
  { at, decision, rule, target, key }: TestContent['expect'][number],
  ofTest: string | undefined,
): Expectation {
  const name = rule ?? ofTest
  return {
    at,
    decision,
    ...(name === undefined ? {} : { rule: name }),
    ...(target === undefined ? {} : { target }),
    ...(key === undefined ? {} : { key: new Map(Object.entries(key)) }),
  }
}
