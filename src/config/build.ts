/** From what a rule file says to the plain data that everything else builds upon. Pure. */

import type { Rule } from '../engine/rule.ts'
import { seconds } from '../engine/time.ts'
import type { Ruleset, SourceSpec } from './ruleset.ts'
import type { RuleFileContent } from './schema/rule-file.ts'

/**
 * Where nothing is said: long enough for a service to start and for the failures that its start leaves behind, short
 * enough to notice that a restart did not help.
 */
const defaultCooldown = seconds(30)

type Named<Value> = readonly (readonly [name: string, value: Value])[]
type RuleContent = RuleFileContent['rules'][string]
type SourceContent = RuleFileContent['sources'][string]

/** Of a file without problems; sources and rules come in the order in which they are given. */
export const buildRuleset = (sources: Named<SourceContent>, rules: Named<RuleContent>): Ruleset => ({
  sources: new Map(sources.map(([name, source]) => [name, sourceSpec(name, source)])),
  rules: rules.map(([name, rule]) => ruleOf(name, rule)),
})

function sourceSpec(name: string, { journal, file, timestamp, timezone }: SourceContent): SourceSpec {
  if (journal === undefined) {
    return {
      kind: 'file',
      name,
      paths: different(file),
      ...(timestamp === undefined ? {} : { timestamp }),
      ...(timezone === undefined ? {} : { timezone }),
    }
  }
  const { unit, identifier, fields } = journal
  return {
    kind: 'journal',
    name,
    units: different(unit),
    identifiers: different(identifier),
    fields: new Map(Object.entries(fields ?? {}).map(([field, values]) => [field, different(values)])),
  }
}

const ruleOf = (name: string, rule: RuleContent): Rule => ({
  name,
  ...(rule.description === undefined ? {} : { description: rule.description }),
  sources: different(rule.source),
  match: rule.match,
  groupBy: different(rule.group_by),
  condition: { kind: 'threshold', ...rule.threshold },
  actions: rule.then,
  cooldown: rule.cooldown ?? defaultCooldown,
  mode: 'enforce',
})

/** What is named twice is meant once. */
const different = (values: readonly string[] = []): readonly string[] => [...new Set(values)]
