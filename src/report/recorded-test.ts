/** A test of a rule file for a recorded slice: what is decided in it now, to be read and then kept. Pure. */

import type { Instant } from '../engine/time.ts'
import type { Verdict } from './test-result.ts'
import { isoTime, spanText } from './time-text.ts'

export interface RecordedTest {
  /** The time around which it was recorded. */
  readonly around: Instant
  /** Relative to the rule file. */
  readonly file: string
  readonly rule?: string | undefined
  readonly verdicts: readonly Verdict[]
}

/** As it stands under `tests:`; texts are in quotes, in which nothing means anything to YAML. */
export function recordedTestText({ around, file, rule, verdicts }: RecordedTest): string {
  const head = [
    `  - name: ${JSON.stringify(`recorded around ${isoTime(around)}`)}`,
    ...(rule === undefined ? [] : [`    rule: ${JSON.stringify(rule)}`]),
    `    file: ${JSON.stringify(file)}`,
  ]
  const expected =
    verdicts.length === 0
      ? ['    expect: []']
      : ['    expect:', ...verdicts.map((verdict) => `      - { ${partsOf(verdict, rule).join(', ')} }`)]
  return ['tests:', ...head, ...expected].join('\n')
}

function partsOf({ at, decision, rule, targets, key }: Verdict, only: string | undefined): readonly string[] {
  const [target] = targets
  const values = [...key].map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
  return [
    `at: ${spanText(at)}`,
    `decision: ${decision}`,
    ...(only === undefined ? [`rule: ${JSON.stringify(rule)}`] : []),
    ...(target === undefined ? [] : [`target: ${JSON.stringify(target)}`]),
    ...(values.length === 0 ? [] : [`key: { ${values.join(', ')} }`]),
  ]
}
