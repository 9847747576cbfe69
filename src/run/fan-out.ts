/** One reporter for several. */

import type { Reporter } from './reporter.ts'

/** Each is told in this order; one that is not interested leaves the method out. */
export function fanOut(reporters: readonly Partial<Reporter>[]): Reporter {
  const all = (tell: (one: Partial<Reporter>) => void): void => {
    for (const one of reporters) tell(one)
  }
  return {
    watching: (words) => all((one) => one.watching?.(words)),
    decision: (decision) => all((one) => one.decision?.(decision)),
    evidence: (decision, path) => all((one) => one.evidence?.(decision, path)),
    outcome: (decision, outcome) => all((one) => one.outcome?.(decision, outcome)),
    cooldownEnd: (end) => all((one) => one.cooldownEnd?.(end)),
    closed: (closing) => all((one) => one.closed?.(closing)),
    grace: (grace) => all((one) => one.grace?.(grace)),
    deaf: (deafness) => all((one) => one.deaf?.(deafness)),
    notice: (notice) => all((one) => one.notice?.(notice)),
    evicted: (rule, count) => all((one) => one.evicted?.(rule, count)),
    costly: (overrun) => all((one) => one.costly?.(overrun)),
  }
}
