/** Two rule files over the same recorded logs, which are read once: what either of them decides. */

import { isDeepStrictEqual } from 'node:util'
import type { Ruleset, SourceSpec } from '../config/ruleset.ts'
import type { Decision } from '../engine/decision.ts'
import { createEngine } from '../engine/engine.ts'
import type { LogEvent } from '../engine/event.ts'
import type { Rule } from '../engine/rule.ts'
import type { Batch, SourceNotice } from '../sources/source.ts'
import { replay } from './replay.ts'

export interface Pair<Value> {
  readonly old: Value
  readonly new: Value
}

export interface SideBySide {
  /** The sources and rules of both: what must be read. */
  readonly ruleset: Ruleset
  /** Replays what was read for `ruleset` through both; `notice` is told what a reader says, once. */
  replay(
    batches: AsyncIterable<Batch>,
    notice: (notice: SourceNotice) => void,
  ): Promise<Pair<readonly Decision[]>>
}

type Side = keyof Pair<unknown>

/**
 * A source that is the same in both is read once for both. Where they differ, and where a rule reads several sources of
 * which a text log may stand for one, either rule file has sources of its own.
 */
export function sideBySide(both: Pair<Ruleset>): SideBySide {
  const shared = sharedSources(both)
  const nameOf = (side: Side, name: string): string => (shared.has(name) ? name : `${name} (${side})`)
  const namesOf = (side: Side): ReadonlyMap<string, string> =>
    new Map([...both[side].sources.keys()].map((name) => [nameOf(side, name), name]))
  const names = { old: namesOf('old'), new: namesOf('new') }
  const sourcesOf = (side: Side): readonly (readonly [string, SourceSpec])[] =>
    [...both[side].sources.values()].map((spec) => {
      const name = nameOf(side, spec.name)
      return [name, { ...spec, name }]
    })
  const rulesOf = (side: Side): readonly Rule[] =>
    both[side].rules.map((rule) => ({ ...rule, sources: rule.sources.map((name) => nameOf(side, name)) }))
  return {
    ruleset: {
      sources: new Map([...sourcesOf('old'), ...sourcesOf('new')]),
      rules: [...rulesOf('old'), ...rulesOf('new')],
      alerts: new Map(),
      tests: [],
    },
    async replay(batches, notice) {
      const [one, other] = inStep(batches)
      const [before, after] = await Promise.all([
        decided(both.old, forSide(one, names.old), notice),
        decided(both.new, forSide(other, names.new), () => undefined),
      ])
      return { old: before, new: after }
    },
  }
}

/** Names of sources that mean the same in both, each read by rules that read nothing else. */
function sharedSources(both: Pair<Ruleset>): ReadonlySet<string> {
  const rules = [...both.old.rules, ...both.new.rules]
  const mixed = new Set(rules.flatMap(({ sources }) => (sources.length > 1 ? sources : [])))
  return new Set(
    [...both.old.sources].flatMap(([name, spec]) =>
      !mixed.has(name) && isDeepStrictEqual(spec, both.new.sources.get(name)) ? [name] : [],
    ),
  )
}

async function decided(
  { rules }: Ruleset,
  batches: AsyncIterable<Batch>,
  notice: (notice: SourceNotice) => void,
): Promise<readonly Decision[]> {
  const decisions: Decision[] = []
  const ignore = () => undefined
  await replay(createEngine(rules), batches, {
    decision: (decision) => decisions.push(decision),
    cooldownEnd: ignore,
    closed: ignore,
    grace: ignore,
    deaf: ignore,
    notice,
  })
  return decisions
}

/** What of the batches is for one side, under its own names. */
async function* forSide(
  batches: AsyncIterable<Batch>,
  names: ReadonlyMap<string, string>,
): AsyncGenerator<Batch, void, undefined> {
  for await (const batch of batches) {
    const events: LogEvent[] = []
    for (const event of batch.events) {
      const source = names.get(event.source)
      if (source !== undefined) events.push(source === event.source ? event : { ...event, source })
    }
    const notices = batch.notices.map((notice) => ({
      ...notice,
      sources: notice.sources.flatMap((name) => names.get(name) ?? []),
    }))
    yield { ...batch, events, notices }
  }
}

/** The items for two readers, of whom neither is more than one ahead: so none has to be kept. */
function inStep<Item>(items: AsyncIterable<Item>): readonly [AsyncIterable<Item>, AsyncIterable<Item>] {
  const iterator = items[Symbol.asyncIterator]()
  let isWaited = false
  let round = newRound<Item>()
  const next = (): Promise<IteratorResult<Item>> => {
    const { promise, settle } = round
    if (isWaited) {
      round = newRound()
      settle(iterator.next())
    }
    isWaited = !isWaited
    return promise
  }
  const reader = (): AsyncIterable<Item> => ({ [Symbol.asyncIterator]: () => ({ next }) })
  return [reader(), reader()]
}

function newRound<Item>() {
  let settle: (result: Promise<IteratorResult<Item>>) => void = () => undefined
  const promise = new Promise<IteratorResult<Item>>((resolve) => {
    settle = resolve
  })
  return { promise, settle }
}
