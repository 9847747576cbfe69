/** Fields that rules name: keys, and what conditions count and measure. Pure. */

import { capturedNames } from '../captured-names.ts'
import { didYouMean } from '../did-you-mean.ts'
import { isFieldName, wellKnownFields } from '../field-name.ts'
import { expectedGot, Mistake, problemOf, quoted } from '../mistake.ts'
import type { Problem } from '../problem.ts'
import type { Path, YamlText } from '../yaml/read-yaml.ts'
import { isReadable, type TolerantRule } from './tolerant.ts'

export function fieldProblems(rule: TolerantRule, path: Path, yaml: YamlText): readonly Problem[] {
  const captured = capturedBy(rule)
  if (captured === undefined) return []
  const { group_by: groupBy, threshold, aggregate } = rule
  const keys = isReadable(groupBy) ? (groupBy ?? []) : []
  const named = [
    ...keys.map((name, index) => ({ name, place: [...path, 'group_by', index], own: ['source', 'file'] })),
    ...(isReadable(threshold) && threshold?.distinct !== undefined
      ? [{ name: threshold.distinct, place: [...path, 'threshold', 'distinct'], own: [] }]
      : []),
    ...(isReadable(aggregate) && aggregate !== undefined
      ? [{ name: aggregate.field, place: [...path, 'aggregate', 'field'], own: [] }]
      : []),
  ]
  return named.flatMap(({ name, place, own }) => {
    const known = [...own, ...captured]
    if (known.includes(name) || isFieldName(name)) return []
    return [problemOf(unknownField(name, known, own.length > 0), yaml.valueAt(place))]
  })
}

/** Names of the groups that a rule's events may have captured; undefined where that cannot be read. */
export function capturedBy({ match, sequence }: TolerantRule): readonly string[] | undefined {
  if (!isReadable(match)) return undefined
  if (match !== undefined) return capturedNames(match)
  return isReadable(sequence) ? (sequence?.steps.flatMap(capturedNames) ?? []) : undefined
}

function unknownField(name: string, known: readonly string[], isKey: boolean): Mistake {
  const suggestion = didYouMean(name, [...known, ...wellKnownFields])
  const hint =
    suggestion === undefined ? `capture it by a regex: (?P<${name}>…)` : `did you mean ${quoted(suggestion)}?`
  const expected = `a journal field, ${isKey ? 'a named group of the match, source or file' : 'or a named group of the match'}`
  return new Mistake('unknown-field', expectedGot(expected, quoted(name), hint), { suggestion })
}
