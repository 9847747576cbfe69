/** Which units a rule may act upon: what is in a log must never choose among more than the rule names. Pure. */

import { isCriticalUnit } from '../../engine/critical-unit.ts'
import { actsOnUnit, unitMatches } from '../../engine/target.ts'
import { expectedGot, Mistake, problemOf, quoted } from '../mistake.ts'
import type { Problem } from '../problem.ts'
import { parseTemplate } from '../template.ts'
import type { Path, YamlText } from '../yaml/read-yaml.ts'
import { capturedBy } from './fields.ts'
import { isReadable, type TolerantRule } from './tolerant.ts'

export function unitProblems(rule: TolerantRule, path: Path, yaml: YamlText): readonly Problem[] {
  const { then: actions, allow_critical: critical, units } = rule
  if (!isReadable(actions) || !isReadable(critical) || !isReadable(units)) return []
  return actions.flatMap((action, index) => {
    if (!isReadable(action) || !actsOnUnit(action)) return []
    const verb = action.kind === 'kill' ? ['kill', 'unit'] : [action.verb]
    const place = yaml.valueAt([...path, 'then', index, ...verb])
    const mistakes = parseTemplate(action.unit).some(({ kind }) => kind === 'placeholder')
      ? templateMistakes(action.unit, rule)
      : criticalMistakes(action.unit, critical)
    return mistakes.map((mistake) => problemOf(mistake, place))
  })
}

function criticalMistakes(unit: string, allowed: readonly string[] | undefined): readonly Mistake[] {
  if (!isCriticalUnit(unit) || allowed?.includes(unit)) return []
  const hint = `add allow_critical: ${unit} to the rule if you are sure`
  const expected = 'a unit that does not take the machine down with it'
  return [new Mistake('not-allowed', expectedGot(expected, quoted(unit), hint))]
}

function templateMistakes(template: string, rule: TolerantRule): readonly Mistake[] {
  const { group_by: groupBy, units } = rule
  if (!isReadable(groupBy) || !isReadable(units)) return []
  const wrong = (expected: string, got: string, hint?: string): readonly Mistake[] => [
    new Mistake('bad-unit', expectedGot(expected, got, hint)),
  ]
  const names = parseTemplate(template).flatMap((part) => (part.kind === 'placeholder' ? [part.name] : []))
  const unknown = names.find((name) => !groupBy?.includes(name))
  if (unknown !== undefined) {
    return wrong('a key of the rule', `"{${unknown}}"`, `add it to group_by: ${unknown}`)
  }
  if (units === undefined) {
    const example = template.replaceAll(/\{[^{}]*\}/g, '1')
    return wrong(`units that ${quoted(template)} may come to`, 'none', `name them, as in units: [${example}]`)
  }
  const isTrusted = names.every((name) => name.startsWith('_') && !capturedBy(rule)?.includes(name))
  const pattern = units.find((unit) => unit.includes('*'))
  if (pattern !== undefined && !isTrusted) {
    return wrong(
      `names of units for ${quoted(template)}, since what is in a log chooses among them`,
      `the pattern ${quoted(pattern)}`,
      'list the names, or use a field that journald itself sets (_SYSTEMD_UNIT)',
    )
  }
  const shape = template.replaceAll(/\{[^{}]*\}/g, '*')
  const impossible = units.find((unit) => !unit.includes('*') && !unitMatches(shape, unit))
  return impossible === undefined
    ? []
    : wrong(`units that ${quoted(template)} can come to`, quoted(impossible))
}
