/** Replays recorded inputs and gathers what comes of them. */

import assert from 'node:assert/strict'
import type { Readable } from 'node:stream'
import type { FileSpec, JournalSpec, Ruleset, SourceSpec } from '../../../src/config/ruleset.ts'
import type { LogEvent } from '../../../src/engine/event.ts'
import type { Rule } from '../../../src/engine/rule.ts'
import { type Instant, instant, seconds } from '../../../src/engine/time.ts'
import { describeAssignment } from '../../../src/sources/recorded/assignment.ts'
import type { Period } from '../../../src/sources/recorded/period.ts'
import { readRecorded } from '../../../src/sources/recorded/read-recorded.ts'
import { SourceError, type SourceNotice } from '../../../src/sources/source.ts'

export const utc = (iso: string): Instant => instant(Date.parse(iso) * 1_000)
export const now = utc('2024-06-01T00:00:00Z')

export const file = (name: string, paths: readonly string[], more: Partial<FileSpec> = {}): FileSpec => ({
  kind: 'file',
  name,
  paths,
  timezone: 'UTC',
  ...more,
})
export const journal = (name: string, more: Partial<JournalSpec> = {}): JournalSpec => ({
  kind: 'journal',
  name,
  units: [],
  identifiers: [],
  fields: new Map(),
  ...more,
})
export const rule = (name: string, ...sources: string[]): Rule => ({
  name,
  sources,
  match: { kind: 'contains', literal: '', ignoreCase: false },
  groupBy: [],
  condition: { kind: 'threshold', count: 1, within: seconds(1) },
  actions: [],
  cooldown: seconds(0),
  hash: 'h',
  maxKeys: 1,
  units: [],
  allowCritical: [],
  grace: seconds(0),
  maxAge: seconds(300),
  lateness: seconds(2),
  cpu: { share: 1, per: seconds(60), setAside: false },
  evidence: { within: seconds(2), commands: [] },
  mode: 'enforce',
})
/** Every source read by a rule of its own, unless rules are given. */
export const ruleset = (sources: readonly SourceSpec[], rules?: readonly Rule[]): Ruleset => ({
  sources: new Map(sources.map((spec) => [spec.name, spec])),
  rules: rules ?? sources.map(({ name }) => rule(`of-${name}`, name)),
  alerts: new Map(),
  tests: [],
})

interface Replayed {
  readonly events: readonly LogEvent[]
  readonly notices: readonly SourceNotice[]
  readonly told: readonly string[]
}

export const replay = async (
  paths: readonly string[],
  rules: Ruleset,
  stdin?: Readable,
  period: Period = {},
  units: readonly string[] = [],
): Promise<Replayed> => {
  const events: LogEvent[] = []
  const notices: SourceNotice[] = []
  const told: string[] = []
  const batches = readRecorded({
    paths,
    ruleset: rules,
    now,
    period,
    units,
    fields: new Set(['CODE']),
    ...(stdin === undefined ? {} : { stdin }),
    onAssigned: (assignment) => told.push(describeAssignment(assignment)),
  })
  for await (const batch of batches) {
    events.push(...batch.events)
    notices.push(...batch.notices)
  }
  return { events, notices, told }
}
export const refusal = async (
  paths: readonly string[],
  rules: Ruleset,
  stdin?: Readable,
): Promise<string> => {
  try {
    await replay(paths, rules, stdin)
  } catch (error) {
    assert.ok(error instanceof SourceError)
    return error.message
  }
  assert.fail('it was not refused')
}
export const texts = ({ events }: Replayed): readonly string[] => events.map(({ text }) => text)
