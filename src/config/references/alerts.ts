/** Alerts that rules name. Pure. */

import type { Action } from '../../engine/rule.ts'
import { problemOf, unknownWord } from '../mistake.ts'
import type { Problem } from '../problem.ts'
import type { Path, YamlText } from '../yaml/read-yaml.ts'
import { isReadable, type Readable, type TolerantRule } from './tolerant.ts'

export function alertProblems(rule: TolerantRule, path: Path, yaml: YamlText): readonly Problem[] {
  const { then: actions, budget, verify } = rule
  const known = yaml.keysAt(['alerts'])
  const problems = (list: readonly Readable<Action>[], ...place: Path): readonly Problem[] =>
    list.flatMap((action, index) => {
      if (!isReadable(action) || action.kind !== 'alert' || known.includes(action.alert)) return []
      const mistake = unknownWord('unknown-alert', 'alert', action.alert, known)
      return [problemOf(mistake, yaml.valueAt([...path, ...place, index, 'alert']))]
    })
  return [
    ...(isReadable(actions) ? problems(actions, 'then') : []),
    ...(isReadable(budget) ? problems(budget?.escalation ?? [], 'budget', 'then') : []),
    ...(isReadable(verify) ? problems(verify?.otherwise ?? [], 'verify', 'then') : []),
  ]
}
