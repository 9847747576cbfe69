/** The steps of a test as they come, one by one in the order of their times. Pure. */

import type { EngineHappening, Happening, TestStep } from '../config/rule-test.ts'
import type { SourceSpec } from '../config/ruleset.ts'
import type { LogEvent } from '../engine/event.ts'
import type { Input } from '../engine/input.ts'
import { after, type Instant, microseconds } from '../engine/time.ts'
import type { FieldValue } from '../match/matchable.ts'

/** A step at its own time; of a repeated one, one of its times. */
export interface Planned<Kind extends Happening = Happening> {
  readonly at: Instant
  readonly happening: Kind
  /** How many of the step come before it. */
  readonly turn: number
}

/** What is planned for one time comes in the order of the file. */
export function planned(steps: readonly TestStep[], start: Instant): readonly Planned[] {
  const all: Planned[] = []
  for (const { at, every, times, ...happening } of steps) {
    for (let turn = 0; turn < times; turn++)
      all.push({ at: after(start, microseconds(at + turn * every)), happening, turn })
  }
  return all.sort((one, other) => one.at - other.at)
}

/** What the engine is told; `number` makes its position. */
export function inputOf(
  { at, happening, turn }: Planned<EngineHappening>,
  sources: ReadonlyMap<string, SourceSpec>,
  number: number,
): Input {
  switch (happening.kind) {
    case 'event':
      return eventOf({ at, happening, turn }, sources, number)
    case 'unit': {
      const { unit, stopped, running, restarted } = happening
      return { kind: 'unit', at, unit, stopped, running, ...(restarted ? { disturbedAt: at } : {}) }
    }
    case 'pause':
    case 'resume':
      return { kind: happening.kind, at, subject: happening.subject }
  }
}

function eventOf(
  { at, happening, turn }: Planned & { readonly happening: Extract<Happening, { kind: 'event' }> },
  sources: ReadonlyMap<string, SourceSpec>,
  number: number,
): LogEvent {
  const { source, texts, fields } = happening
  const text = texts[turn % texts.length] ?? ''
  return {
    kind: 'event',
    source,
    at,
    position: `event ${number}`,
    text,
    fields: new Map([...ownFields(sources.get(source), text), ...fields]),
  }
}

/** What every event of such a source bears. */
function ownFields(spec: SourceSpec | undefined, text: string): readonly (readonly [string, FieldValue])[] {
  if (spec?.kind === 'journal') return [['MESSAGE', text]]
  const [path] = spec?.paths ?? []
  return path === undefined ? [] : [['file', path]]
}
