/** A rule file as the plan of a live run. */

import type { Ruleset } from '../config/ruleset.ts'
import { createEngine } from '../engine/engine.ts'
import { knownUnits } from '../engine/target.ts'
import { realClock } from '../platform/clock.ts'
import type { Systemd } from '../platform/systemd/systemd.ts'
import { watchUnits } from '../platform/systemd/unit-watch.ts'
import { counted } from '../report/counted.ts'
import type { Plan } from '../run/plan.ts'
import { liveSources } from './live-sources.ts'

/** Every so many events the time of the rules is taken: taking it costs about as much as a match. */
const timedEvents = 8

export interface LivePlanOptions {
  readonly systemd: Systemd
  /** Read the user's own journal and units. */
  readonly user: boolean
  /** Only say what would be done. */
  readonly dryRun: boolean
}

export function livePlan(loaded: Ruleset, { systemd, user, dryRun }: LivePlanOptions): Plan {
  const ruleset = dryRun ? simulated(loaded) : loaded
  const { rules, sources } = ruleset
  const units = [...new Set(rules.flatMap(knownUnits))]
  return {
    rules,
    engine: (state) =>
      createEngine(rules, {
        measuring: { stopwatch: () => realClock.stopwatch(), every: timedEvents },
        ...(state === undefined ? {} : { state }),
      }),
    sources: liveSources(ruleset, { user, clock: () => realClock.now() }),
    units: (signal) => watchUnits({ systemd, units, clock: realClock, signal }),
    words: `${counted(rules.length, 'rule')} on ${[...sources.keys()].join(', ')}`,
  }
}

const simulated = (ruleset: Ruleset): Ruleset => ({
  ...ruleset,
  rules: ruleset.rules.map((rule) => ({ ...rule, mode: 'simulate' })),
})
