/** Compares what was expected with what was decided. Pure. */

import type { Expectation } from '../config/rule-test.ts'
import type { Comparison, Verdict } from '../report/test-result.ts'

/** In the order of time; each verdict fulfils one expectation, the most particular that it fits. */
export function compare(
  expected: readonly Expectation[],
  verdicts: readonly Verdict[],
): readonly Comparison[] {
  const unexpected = new Set(verdicts)
  const missing: Expectation[] = []
  const byDetail = [...expected].sort((one, other) => detailOf(other) - detailOf(one))
  for (const expectation of byDetail) {
    const found = [...unexpected].find((verdict) => fulfils(verdict, expectation))
    if (found === undefined) missing.push(expectation)
    else unexpected.delete(found)
  }
  const comparisons: Comparison[] = [
    ...missing.map((expectation): Comparison => ({ kind: 'missing', expected: expectation })),
    ...verdicts.map(
      (verdict): Comparison => ({
        kind: unexpected.has(verdict) ? 'unexpected' : 'same',
        verdict,
      }),
    ),
  ]
  return comparisons.sort((one, other) => timeOf(one) - timeOf(other))
}

const fulfils = (verdict: Verdict, { at, decision, rule, target, key = new Map() }: Expectation): boolean =>
  verdict.decision === decision &&
  milliseconds(verdict.at) === milliseconds(at) &&
  (rule === undefined || verdict.rule === rule) &&
  (target === undefined || verdict.targets.includes(target)) &&
  [...key].every(([name, value]) => verdict.key.get(name) === value)

/** Reports show milliseconds: what they show can be written down as it is. */
const milliseconds = (time: number): number => Math.round(time / 1_000)

const detailOf = ({ rule, target, key }: Expectation): number =>
  (rule === undefined ? 0 : 1) + (target === undefined ? 0 : 1) + (key?.size ?? 0)

const timeOf = (comparison: Comparison): number =>
  comparison.kind === 'missing' ? comparison.expected.at : comparison.verdict.at
