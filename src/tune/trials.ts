/** Tries settings of a rule on what was kept of the logs: what it would have done under each of them. */

import { createEngine } from '../engine/engine.ts'
import type { Rule } from '../engine/rule.ts'
import type { Instant } from '../engine/time.ts'
import type { Setting } from '../report/tuning.ts'
import { replay } from '../run/replay.ts'
import type { Batch } from '../sources/source.ts'
import { countedRuns } from './counted-runs.ts'
import type { Kept } from './kept-events.ts'
import { withSetting } from './setting.ts'

/**
 * The times at which the rule `name` acts under each setting, or would if its mode let it: those of a replay of its rule file
 * with that setting. `onTrial` is told after each, because there may be many.
 */
export async function tryAll(
  kept: Kept,
  name: string,
  settings: readonly Setting[],
  onTrial: (done: number) => void = () => undefined,
): Promise<readonly (readonly Instant[])[]> {
  const rule = kept.rules.find((one) => one.name === name)
  if (rule === undefined) throw new Error(`no rule ${name} was kept`)
  const counted = countedRuns(kept, name)
  const trials: (readonly Instant[])[] = []
  for (const setting of settings) {
    const tried = withSetting(rule, setting)
    trials.push(counted?.(tried) ?? (await replayed(kept, tried)))
    onTrial(trials.length)
  }
  return trials
}

async function replayed({ rules, clock, events }: Kept, tried: Rule): Promise<readonly Instant[]> {
  const actions: Instant[] = []
  const ignore = () => undefined
  const engine = createEngine([...rules.map((rule) => (rule.name === tried.name ? tried : rule)), clock])
  await replay(engine, once({ events, notices: [], position: null }), {
    decision: (decision) => {
      const isAction = decision.kind === 'act' || decision.because === 'dry-run'
      if (isAction && decision.rule === tried.name) actions.push(decision.at)
    },
    cooldownEnd: ignore,
    closed: ignore,
    grace: ignore,
    deaf: ignore,
    notice: ignore,
  })
  return actions
}

async function* once(batch: Batch): AsyncGenerator<Batch, void, undefined> {
  yield batch
}
