/** How a running watchdog fares, as an object for programs; times are ISO 8601 in UTC, spans in seconds. */

import type { Inspection, KeyInspection, RuleInspection, TargetInspection } from '../engine/inspection.ts'
import { type Instant, span } from '../engine/time.ts'
import type { Condition } from '../engine/windows/conditions.ts'
import { attemptWords, decisionWord, targetOf } from '../report/decision-words.ts'
import { isoTime } from '../report/time-text.ts'
import type { SourceProgress } from '../run/followings.ts'
import type { RecentIncident } from './recent-incidents.ts'
import type { ReloadResult } from './rules-reload.ts'

export interface LiveFacts {
  readonly version: string
  readonly rulesFile: string
  readonly started: Instant
  readonly now: Instant
  readonly inspection: Inspection
  readonly sources: readonly SourceProgress[]
  readonly incidents: readonly RecentIncident[]
  readonly reload: ReloadResult | undefined
}

export type LiveStatus = ReturnType<typeof liveStatus>

/** What a watchdog of this version answers; its parts are believed. */
export const isLiveStatus = (value: unknown): value is LiveStatus =>
  typeof value === 'object' &&
  value !== null &&
  ['rules', 'targets', 'sources', 'incidents'].every((name) => Array.isArray(Reflect.get(value, name)))

export const liveStatus = ({ inspection, now, ...facts }: LiveFacts) => ({
  version: facts.version,
  pid: process.pid,
  rulesFile: facts.rulesFile,
  now: isoTime(now),
  started: isoTime(facts.started),
  reload:
    facts.reload === undefined
      ? null
      : {
          at: isoTime(facts.reload.at),
          by: facts.reload.by,
          result: facts.reload.result,
          message: facts.reload.message,
        },
  rules: inspection.rules.map((rule) => ruleStatus(rule, inspection)),
  targets: inspection.targets.map((target) => targetStatus(target, inspection)),
  sources: facts.sources.map((source) => sourceStatus(source)),
  incidents: facts.incidents.map(incidentStatus),
})

const ruleStatus = ({ windows, condition, latest, ...rule }: RuleInspection, { pauses }: Inspection) => ({
  name: rule.rule,
  description: rule.description ?? null,
  mode: rule.mode,
  sources: rule.sources,
  condition: condition.kind,
  /** What the count of a window is measured against; null for a condition that counts nothing. */
  threshold: limitOf(condition),
  paused: pauseOf(rule.rule, pauses),
  setAside: rule.setAside,
  deaf: rule.deaf,
  latest: latest === undefined ? null : isoTime(latest),
  keys: rule.keys,
  windows: windows.map(windowStatus),
  matched: rule.matched,
  ignored: rule.ignored,
  late: rule.late,
  future: rule.future,
  evicted: rule.evicted,
  acted: rule.acted,
  held: rule.held,
  notRecovered: rule.notRecovered,
  seconds: rule.spent / 1e6,
})

const windowStatus = ({ key, count, value, first, last, heldFor }: KeyInspection) => ({
  key,
  count,
  value: value ?? null,
  first: first === undefined ? null : isoTime(first),
  last: last === undefined ? null : isoTime(last),
  heldFor: heldFor ?? null,
})

/** Events at which the condition may be true. */
function limitOf(condition: Condition): number | null {
  switch (condition.kind) {
    case 'threshold':
      return condition.count
    case 'sequence':
      return condition.steps.length
    case 'ratio':
    case 'aggregate':
    case 'spike':
      return condition.min
    case 'absence':
      return null
  }
}

const pauseOf = (subject: string, pauses: Inspection['pauses']) => {
  const pause = pauses.find((one) => one.subject === subject)
  return pause === undefined ? null : { until: pause.until === undefined ? null : isoTime(pause.until) }
}

const targetStatus = (target: TargetInspection, { pauses }: Inspection) => ({
  unit: target.unit,
  mode: target.mode,
  state:
    target.stopped === true
      ? 'stopped'
      : target.running === true
        ? 'running'
        : target.running === false
          ? 'down'
          : null,
  paused: pauseOf(target.unit, pauses),
  cooldown:
    target.cooldown === undefined
      ? null
      : {
          until: isoTime(target.cooldown.until),
          acting: target.cooldown.acting,
          ignored: target.cooldown.ignored,
        },
  givenUp:
    target.givenUp === undefined
      ? null
      : {
          since: isoTime(target.givenUp.since),
          again: target.givenUp.again === undefined ? null : isoTime(target.givenUp.again),
        },
  actions: target.actions.map(isoTime),
})

const sourceStatus = ({ name, placed, behind, events, last, position }: SourceProgress) => ({
  name,
  state: !placed ? 'starting' : behind ? 'catching up' : 'following',
  events,
  last: last === undefined ? null : isoTime(last.at),
  /** How late the latest event was read, in seconds. */
  lag: last === undefined ? null : Math.max(0, span(last.at, last.readAt)) / 1e6,
  position: position ?? null,
})

const incidentStatus = ({ decision, attempts, closing }: RecentIncident) => ({
  id: decision.id,
  time: isoTime(decision.at),
  rule: decision.rule,
  key: Object.fromEntries(decision.key),
  target: targetOf(decision),
  decision: decisionWord(decision),
  count: decision.count,
  by: decision.by ?? null,
  attempts: attempts?.map(attemptWords) ?? null,
  recovered: closing?.recovered ?? null,
})
