/** From what a rule file says to the plain data that everything else builds upon. Pure. */

import type { Rule } from '../engine/rule.ts'
import { seconds } from '../engine/time.ts'
import type { Condition } from '../engine/windows/conditions.ts'
import type { MatchSpec } from '../match/match-spec.ts'
import type { AlertSpec } from './alert-spec.ts'
import type { Ruleset, SourceSpec } from './ruleset.ts'
import { evidencePatience } from './schema/evidence.ts'
import type { RuleFileContent } from './schema/rule-file.ts'
import { priorities } from './schema/source.ts'

/**
 * Where nothing is said: long enough for a service to start and for the failures that its start leaves behind, short
 * enough to notice that a restart did not help.
 */
const defaultCooldown = seconds(30)
const defaultMaxAge = seconds(300)
const defaultLateness = seconds(2)
const defaultMaxKeys = 100_000
const defaultEvidence = { within: evidencePatience, commands: [] }
const defaultCpu = { share: 0.25, per: seconds(60), setAside: false }

type Named<Value> = readonly (readonly [name: string, value: Value])[]
type RuleContent = RuleFileContent['rules'][string]
type SourceContent = RuleFileContent['sources'][string]

/** Of a file without problems; sources and rules come in the order in which they are given. */
export const buildRuleset = (
  sources: Named<SourceContent>,
  rules: Named<RuleContent>,
  alerts: Named<AlertSpec>,
): Omit<Ruleset, 'tests'> => ({
  sources: new Map(sources.map(([name, source]) => [name, sourceSpec(name, source)])),
  rules: rules.map(([name, rule]) => ruleOf(name, rule)),
  alerts: new Map(alerts),
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
  const { unit, user_unit: userUnits, identifier, fields, kernel, priority } = journal
  const from = journalOf(journal)
  const more: Named<readonly string[]> = [
    ...(kernel === true ? [['_TRANSPORT', ['kernel']] as const] : []),
    ...(priority === undefined ? [] : [['PRIORITY', upTo(priority)] as const]),
  ]
  return {
    kind: 'journal',
    name,
    units: different(unit),
    identifiers: different(identifier),
    fields: new Map([
      ...Object.entries(fields ?? {}).map(([field, values]) => [field, different(values)] as const),
      ...more,
    ]),
    ...(userUnits === undefined ? {} : { userUnits: different(userUnits) }),
    ...(from.length === 0 ? {} : { from }),
  }
}

const severities: readonly string[] = priorities

/** Numbers of the priorities from the most severe one to `priority`; see syslog(3). */
const upTo = (priority: string): readonly string[] =>
  Array.from({ length: severities.indexOf(priority) + 1 }, (_, number) => String(number))

const journalOf = ({
  namespace,
  directory,
  file,
}: NonNullable<SourceContent['journal']>): readonly string[] => [
  ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
  ...(directory === undefined ? [] : [`--directory=${directory}`]),
  ...different(file).map((path) => `--file=${path}`),
]

function ruleOf(name: string, content: RuleContent): Rule {
  const { description, evidence, ...settings } = content
  const condition = conditionOf(content)
  const cooldown = content.cooldown ?? defaultCooldown
  let hash: string | undefined
  return {
    name,
    ...(description === undefined ? {} : { description }),
    get hash() {
      hash ??= hashOf(settings)
      return hash
    },
    sources: different(content.source),
    match: content.match ?? stepsOf(condition),
    ...(content.reset === undefined ? {} : { reset: content.reset }),
    groupBy: different(content.group_by),
    maxKeys: content.max_keys ?? defaultMaxKeys,
    condition,
    actions: content.then,
    units: different(content.units),
    allowCritical: different(content.allow_critical),
    cooldown,
    ...(content.backoff === undefined ? {} : { backoff: content.backoff }),
    grace: content.grace ?? cooldown,
    ...(content.budget === undefined ? {} : { budget: content.budget }),
    maxAge: content.max_age ?? defaultMaxAge,
    lateness: content.lateness ?? defaultLateness,
    ...(content.verify === undefined ? {} : { verify: content.verify }),
    ...(content.clear === undefined ? {} : { clear: content.clear }),
    ...(content.expect_every === undefined ? {} : { expectEvery: content.expect_every }),
    evidence: evidence ?? defaultEvidence,
    cpu: content.cpu ?? defaultCpu,
    mode: content.mode ?? 'enforce',
  }
}

function conditionOf({ threshold, absence, sequence, ratio, aggregate, spike }: RuleContent): Condition {
  const condition = threshold ?? absence ?? sequence ?? ratio ?? aggregate ?? spike
  if (condition === undefined) throw new Error('a rule without a condition has passed its check')
  return condition
}

/** A sequence is about the events of its steps, and about those that break it off. */
function stepsOf(condition: Condition): MatchSpec {
  if (condition.kind !== 'sequence') throw new Error('a rule without a match has passed its check')
  const { steps, unless } = condition
  return { kind: 'any', of: unless === undefined ? steps : [...steps, unless] }
}

/** Any change of a rule makes it another one, but those of its description and of what is gathered beside it. */
function hashOf(settings: object): string {
  // Loaded where it is needed, which takes 4 ms: a replay asks for it when something is decided.
  const { createHash } = process.getBuiltinModule('node:crypto')
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12)
}

/** What is named twice is meant once. */
const different = (values: readonly string[] = []): readonly string[] => [...new Set(values)]
