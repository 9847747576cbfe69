/** Counts for Prometheus, by its conventions for names and units: https://prometheus.io/docs/practices/naming/ */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Closing, Decision } from '../engine/decision.ts'
import type { Outcome } from '../engine/input.ts'
import type { Inspection, RuleInspection } from '../engine/inspection.ts'
import { type Instant, span } from '../engine/time.ts'
import { decisionWord } from '../report/decision-words.ts'
import type { SourceProgress } from '../run/followings.ts'
import type { Reporter } from '../run/reporter.ts'
import type { SourceNotice } from '../sources/source.ts'
import type { ReloadResult } from './rules-reload.ts'

/** What is true when it is asked for. */
export interface MetricsFacts {
  readonly inspection: Inspection
  readonly sources: readonly SourceProgress[]
}

const seconds = (micros: number): number => micros / 1e6
const latencies = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60]
const durations = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]

/** Gauges with the names of counters, which promtool objects to. */
const misnamed = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`)

export class Metrics implements Partial<Reporter> {
  readonly #registry = new Registry()
  readonly #now: () => Instant
  readonly #facts: () => MetricsFacts
  /** Those of the scrape that is going on. */
  #current: MetricsFacts | undefined
  readonly #decisions: Counter<'rule' | 'decision'>
  readonly #latency: Histogram<'rule'>
  readonly #actions: Counter<'rule' | 'action' | 'result'>
  readonly #duration: Histogram<'rule'>
  readonly #closed: Counter<'rule' | 'recovered'>
  readonly #notices: Counter<'source' | 'kind'>
  readonly #reloads: Counter<'result'>
  readonly #reloadOk: Gauge

  /** `facts` is asked at every scrape. */
  constructor(version: string, now: () => Instant, facts: () => MetricsFacts) {
    const registers = [this.#registry]
    this.#now = now
    this.#facts = facts
    collectDefaultMetrics({ register: this.#registry })
    for (const name of misnamed) this.#registry.removeSingleMetric(name)
    new Gauge({
      name: 'watchdog_build_info',
      help: 'Always 1; the version is a label.',
      labelNames: ['version'],
      registers,
    }).set({ version }, 1)
    this.#decisions = new Counter({
      name: 'watchdog_decisions_total',
      help: 'Decisions by rule: act, or why it was held back.',
      labelNames: ['rule', 'decision'],
      registers,
    })
    this.#latency = new Histogram({
      name: 'watchdog_decision_latency_seconds',
      help: 'From the time of the event that made a condition true to the decision.',
      labelNames: ['rule'],
      buckets: latencies,
      registers,
    })
    this.#actions = new Counter({
      name: 'watchdog_actions_total',
      help: 'Actions that were taken, by their kind and result.',
      labelNames: ['rule', 'action', 'result'],
      registers,
    })
    this.#duration = new Histogram({
      name: 'watchdog_actions_duration_seconds',
      help: 'From a decision to the end of all of its actions, their systemd jobs included.',
      labelNames: ['rule'],
      buckets: durations,
      registers,
    })
    this.#closed = new Counter({
      name: 'watchdog_incidents_closed_total',
      help: 'Incidents whose outcome was checked (verify), by whether it recovered.',
      labelNames: ['rule', 'recovered'],
      registers,
    })
    this.#notices = new Counter({
      name: 'watchdog_source_notices_total',
      help: 'Gaps, damaged lines, restarts of readers and times of being unavailable.',
      labelNames: ['source', 'kind'],
      registers,
    })
    this.#reloads = new Counter({
      name: 'watchdog_reloads_total',
      help: 'Reloads of the rule file, by their result.',
      labelNames: ['result'],
      registers,
    })
    this.#reloadOk = new Gauge({
      name: 'watchdog_last_reload_successful',
      help: '0 when the latest rule file was refused and older rules go on.',
      registers,
    })
    this.#reloadOk.set(1)
    for (const collected of ruleMetrics) {
      const { name, help, value } = collected
      const of = (): readonly RuleInspection[] => this.#current?.inspection.rules ?? []
      const metric = new (name.endsWith('_total') ? Counter : Gauge)({
        name,
        help,
        labelNames: ['rule'],
        registers,
        collect() {
          metric.reset()
          for (const rule of of()) {
            const shown = value(rule)
            if (shown !== undefined) metric.inc({ rule: rule.rule }, shown)
          }
        },
      })
    }
    this.#collectSources(() => this.#current?.sources ?? [])
    this.#collectTargets(() => this.#current?.inspection)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** Everything in the text format. */
  text(): Promise<string> {
    this.#current = this.#facts()
    return this.#registry.metrics()
  }

  decision(decision: Decision): void {
    const { rule, at } = decision
    this.#decisions.inc({ rule, decision: decisionWord(decision) })
    this.#latency.observe({ rule }, Math.max(0, seconds(span(at, this.#now()))))
  }

  outcome({ rule, at }: Decision, outcome: Outcome): void {
    for (const { action, result } of outcome.attempts) {
      this.#actions.inc({ rule, action: action.kind === 'unit' ? action.verb : action.kind, result })
    }
    this.#duration.observe({ rule }, Math.max(0, seconds(span(at, outcome.at))))
  }

  closed({ decision: { rule }, recovered }: Closing): void {
    this.#closed.inc({ rule, recovered: String(recovered) })
  }

  notice({ kind, sources }: SourceNotice): void {
    for (const source of sources) this.#notices.inc({ source, kind })
  }

  reloaded({ result }: ReloadResult): void {
    this.#reloads.inc({ result })
    this.#reloadOk.set(result === 'refused' ? 0 : 1)
  }

  #collectSources(sources: () => readonly SourceProgress[]): void {
    const registers = [this.#registry]
    for (const { name, help, value } of sourceMetrics) {
      const metric = new (name.endsWith('_total') ? Counter : Gauge)({
        name,
        help,
        labelNames: ['source'],
        registers,
        collect() {
          metric.reset()
          for (const source of sources()) {
            const shown = value(source)
            if (shown !== undefined) metric.inc({ source: source.name }, shown)
          }
        },
      })
    }
  }

  #collectTargets(inspection: () => Inspection | undefined): void {
    const registers = [this.#registry]
    const states = new Gauge({
      name: 'watchdog_target_held',
      help: '1 for a unit in a cooldown, given up, or paused.',
      labelNames: ['unit', 'mode', 'because'],
      registers,
      collect() {
        const { targets, pauses } = inspection() ?? { targets: [], pauses: [] }
        states.reset()
        for (const { unit, mode, cooldown, givenUp } of targets) {
          if (unit === '') continue
          states.set({ unit, mode, because: 'cooldown' }, cooldown === undefined ? 0 : 1)
          states.set({ unit, mode, because: 'given-up' }, givenUp === undefined ? 0 : 1)
          states.set(
            { unit, mode, because: 'paused' },
            pauses.some(({ subject }) => subject === unit) ? 1 : 0,
          )
        }
      },
    })
  }
}

interface Collected<Thing> {
  readonly name: string
  readonly help: string
  /** `undefined`: there is nothing to say. */
  readonly value: (thing: Thing) => number | undefined
}

const ruleMetrics: readonly Collected<RuleInspection>[] = [
  {
    name: 'watchdog_rule_events_matched_total',
    help: 'Matching events, the ignored ones included.',
    value: ({ matched }) => matched,
  },
  {
    name: 'watchdog_rule_events_ignored_total',
    help: 'Matching events in a cooldown or a grace.',
    value: ({ ignored }) => ignored,
  },
  {
    name: 'watchdog_rule_events_late_total',
    help: 'Matching events that came too late to be put in their place, and were dropped.',
    value: ({ late }) => late,
  },
  {
    name: 'watchdog_rule_events_future_total',
    help: 'Matching events dated in the future, which were set aside.',
    value: ({ future }) => future,
  },
  {
    name: 'watchdog_rule_keys_evicted_total',
    help: 'Keys that were let go because there were too many.',
    value: ({ evicted }) => evicted,
  },
  { name: 'watchdog_rule_keys', help: 'Keys that have a window.', value: ({ keys }) => keys },
  {
    name: 'watchdog_rule_window_events',
    help: 'Events in the fullest of the windows used last.',
    value: ({ windows }) => Math.max(0, ...windows.map(({ count }) => count)),
  },
  {
    name: 'watchdog_rule_processing_seconds_total',
    help: 'Time that matching and windows of the rule have taken, from a sample of the events.',
    value: ({ spent }) => seconds(spent),
  },
  {
    name: 'watchdog_rule_last_match_timestamp_seconds',
    help: 'Time of the latest matching event; absent while there was none.',
    value: ({ latest }) => (latest === undefined ? undefined : seconds(latest)),
  },
  {
    name: 'watchdog_rule_deaf',
    help: '1 when the rule has matched nothing for longer than its expect_every.',
    value: ({ deaf }) => (deaf ? 1 : 0),
  },
]

const sourceMetrics: readonly Collected<SourceProgress>[] = [
  {
    name: 'watchdog_source_events_total',
    help: 'Events read that some rule may want.',
    value: ({ events }) => events,
  },
  {
    name: 'watchdog_source_following',
    help: '1 when the source reads what happens now, 0 while it starts or catches up.',
    value: ({ placed, behind }) => (placed && !behind ? 1 : 0),
  },
  {
    name: 'watchdog_source_lag_seconds',
    help: 'How late the latest event was read, by its own time.',
    value: ({ last }) => (last === undefined ? undefined : Math.max(0, seconds(span(last.at, last.readAt)))),
  },
  {
    name: 'watchdog_source_last_event_timestamp_seconds',
    help: 'Time of the latest event.',
    value: ({ last }) => (last === undefined ? undefined : seconds(last.at)),
  },
]
