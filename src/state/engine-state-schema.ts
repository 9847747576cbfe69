/** What a snapshot must look like before an engine takes it up: it was on a disk, so nothing of it is believed. */

import * as z from 'zod'
import type { EngineState } from '../engine/engine-state.ts'
import { instant, microseconds } from '../engine/time.ts'

const number = z.number()
const text = z.string()
const at = z.int().transform(instant)
const length = z.int().min(0).transform(microseconds)
const pair = z.tuple([text, text])
const mode = z.enum(['enforce', 'simulate'])

const action = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('unit'),
    verb: z.enum(['restart', 'reload', 'reload_or_restart', 'start', 'stop', 'reset_failed']),
    unit: text,
  }),
  z.strictObject({ kind: z.literal('kill'), unit: text, signal: text }),
  z.strictObject({ kind: z.literal('command'), argv: z.array(text), timeout: length }),
  z.strictObject({ kind: z.literal('alert'), alert: text }),
])

const evidence = z.strictObject({
  at,
  text: text.exactOptional(),
  source: text.exactOptional(),
  position: text.exactOptional(),
})

const holdReason = z.enum(['cooldown', 'budget', 'paused', 'stale', 'stopped', 'dry-run', 'not-allowed'])

const trigger = {
  id: text,
  rule: text,
  ruleHash: text,
  key: z.array(pair),
  targets: z.array(text),
  at,
  count: number,
  value: number.exactOptional(),
  first: evidence.exactOptional(),
  last: evidence.exactOptional(),
  incomplete: z.boolean(),
  policy: z.strictObject({
    cooldown: number,
    budget: z.strictObject({ used: number, allowed: number }).exactOptional(),
  }),
  by: text.exactOptional(),
  actions: z.array(action),
}

const decision = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('act'), ...trigger }),
  z.strictObject({ kind: z.literal('hold'), ...trigger, because: holdReason, escalation: z.array(action) }),
])

const subject = z.strictObject({
  unit: text,
  mode,
  cooldown: z.int().exactOptional(),
  disturbed: at.exactOptional(),
  epoch: number,
  actions: z.array(at),
  givenUp: z
    .strictObject({ since: at, halfOpen: length.exactOptional(), helped: z.boolean() })
    .exactOptional(),
})

const key = z.strictObject({
  values: z.array(text),
  usedSecond: number.exactOptional(),
  // Each window checks its own.
  window: z.json(),
  epoch: number,
  heldFor: holdReason.exactOptional(),
  awaited: at.exactOptional(),
  unclear: z.strictObject({ since: at, events: z.array(z.tuple([at, number])) }).exactOptional(),
  incident: z
    .strictObject({ decision, from: at, until: at, window: z.json(), closed: z.boolean() })
    .exactOptional(),
  own: subject.exactOptional(),
})

const monotonic = z.strictObject({ boot: text, at: length })

const event = z.strictObject({
  kind: z.literal('event'),
  source: text,
  at,
  monotonic: monotonic.exactOptional(),
  text,
  fields: z.array(z.tuple([text, z.union([text, z.array(text)])])),
  position: text,
  cut: z.literal(true).exactOptional(),
})

const rule = z.strictObject({
  name: text,
  hash: text,
  epoch: number,
  clearedAt: at,
  latest: at.exactOptional(),
  gap: at.exactOptional(),
  listening: at.exactOptional(),
  deaf: z.boolean(),
  started: z.boolean(),
  counts: z.strictObject({
    matched: number,
    ignored: number,
    late: number,
    future: number,
    acted: number,
    held: number,
    notRecovered: number,
  }),
  evicted: number,
  keys: z.array(key),
  waiting: z.array(z.strictObject({ at, evidence: number, captures: z.array(pair), event })),
})

export const engineState = z.strictObject({
  now: at.exactOptional(),
  present: at.exactOptional(),
  decisions: number,
  timeline: z.strictObject({
    skew: number,
    boots: z.array(z.strictObject({ id: text, offset: number, lastMonotonic: number, lastAt: at })),
  }),
  evidence: z.strictObject({
    turn: number.exactOptional(),
    turnedAt: at.exactOptional(),
    next: number,
    events: z.array(z.strictObject({ number, evidence })),
  }),
  pauses: z.array(z.strictObject({ subject: text, until: at.exactOptional() })),
  cooldowns: z.array(
    z.strictObject({
      decision,
      began: at,
      until: at,
      acting: z.boolean(),
      actedUntil: at.exactOptional(),
      ignored: number,
      open: z.boolean(),
      pending: z.strictObject({ rule: text, values: z.array(text) }).exactOptional(),
    }),
  ),
  subjects: z.array(subject),
  observed: z.array(
    z.strictObject({
      kind: z.literal('unit'),
      at,
      unit: text,
      stopped: z.boolean(),
      running: z.boolean(),
      disturbedAt: at.exactOptional(),
    }),
  ),
  boots: z.array(z.strictObject({ source: text, boots: z.array(text) })),
  rules: z.array(rule),
}) satisfies z.ZodType<EngineState>
