/** What the models of sliding windows share: a list of everything, in order of time. */

import type { Sample, Showing } from '../../../src/engine/windows/window.ts'

export class Listed {
  samples: Sample[] = []

  add(sample: Sample): void {
    // The sort is stable: equal times stay in order of arrival.
    this.samples = [...this.samples, sample].sort((a, b) => a.at - b.at)
  }

  clear(): void {
    this.samples = []
  }

  get latest(): number {
    return Math.max(...this.samples.map(({ at }) => at))
  }

  /** The later of `at` and the latest event. */
  from(at: number): number {
    return Math.max(at, this.latest)
  }
}

/** How a list of events that count is shown. */
export function showing(counted: readonly Sample[], value?: number): Showing {
  const first = counted[0]
  const last = counted.at(-1)
  return {
    count: counted.length,
    ...(value === undefined ? {} : { value }),
    ...(first === undefined ? {} : { first: { at: first.at, evidence: first.evidence } }),
    ...(last === undefined ? {} : { last: { at: last.at, evidence: last.evidence } }),
  }
}
