/** The engine: events, outcomes and time in, decisions out. Pure: no I/O, no clock, no timer, no logging. */

import { type Indexed, LiteralIndex } from '../match/literal-index.ts'
import { CostMeter, type Measuring } from './cost-meter.ts'
import { Deadlines } from './deadlines.ts'
import { Decider, type Due } from './decider.ts'
import type { Decision, Output } from './decision.ts'
import { type EngineParts, type Route, restoreParts, saveParts } from './engine-snapshot.ts'
import type { EngineState } from './engine-state.ts'
import type { LogEvent } from './event.ts'
import { EvidenceLog } from './evidence-log.ts'
import { isBrokenBy } from './incident.ts'
import type { Demand, Input, Occurrence, Order, UnitObservation } from './input.ts'
import { type Inspection, inspect } from './inspection.ts'
import { keyValues } from './key.ts'
import { Orders } from './orders.ts'
import { type Rule, specsOf } from './rule.ts'
import { type KeyState, RuleState, type Waiting } from './rule-state.ts'
import type { EngineStatus } from './status.ts'
import { knownUnits } from './target.ts'
import { after, type Duration, type Instant, instant, microseconds, span } from './time.ts'
import { Timeline } from './timeline.ts'
import { Units } from './units.ts'
import { Vigil } from './vigil.ts'
import { spanOf } from './windows/condition-span.ts'
import type { Sample } from './windows/window.ts'
import type { Fate, Witness } from './witness.ts'

export interface EngineOptions {
  /** Memory for the texts of events in the windows, in bytes. */
  readonly evidenceBytes?: number
  /** What an engine knew before: this one goes on from there. A rule that has changed since starts from nothing. */
  readonly state?: EngineState
  /** How the time that each rule takes is measured; absent: it is not. */
  readonly measuring?: Measuring
  /** Told of every event that a rule matches. */
  readonly witness?: Witness
}

export interface Engine {
  /**
   * Settles what is due at the input's time, stamped with the time at which it was due, then applies the input. An input
   * dated before an earlier one does not turn the time back.
   */
  handle(input: Input): readonly Output[]
  /** The time to which it has come, as the clock is set now. */
  now(): Instant | undefined
  /** The time at which something falls due that no event announces: whoever drives the engine ticks it then. */
  nextDeadline(): Instant | undefined
  /** The longest time that events may come out of order: what is due by its time is settled that much later. */
  readonly lateness: Duration
  status(): EngineStatus
  /** Its windows, at most `mostKeys` of each rule, and its targets, by the time that it has come to. */
  inspect(mostKeys: number): Inspection
  /** Everything it knows; what is returned does not change with it. */
  snapshot(): EngineState
  /** Decisions to act whose outcome has not come. */
  readonly pending: readonly Decision[]
}

export function createEngine(rules: readonly Rule[], options: EngineOptions = {}): Engine {
  return new RuleEngine(rules, options)
}

const nothing: readonly Output[] = []

class RuleEngine implements Engine {
  readonly #states: readonly RuleState[]
  readonly #routes = new Map<string, Route>()
  readonly #timeline = new Timeline()
  readonly #deadlines = new Deadlines<Due>()
  readonly #evidence: EvidenceLog
  readonly #decider: Decider
  readonly #vigil: Vigil
  readonly #parts: EngineParts
  readonly #meter: CostMeter | undefined
  readonly #witness: Witness | undefined
  readonly lateness: Duration
  #now: Instant | undefined
  /** What the machine's clock showed when it was read last. */
  #present: Instant | undefined

  readonly #units = new Units()
  readonly #orders = new Orders()
  #isStarted = false
  /** The event that was kept last. */
  #kept: { readonly event: LogEvent; readonly number: number } | undefined

  constructor(rules: readonly Rule[], options: EngineOptions) {
    const { evidenceBytes = 8 * 1024 * 1024, state, measuring, witness } = options
    const units = this.#units
    this.#meter = measuring === undefined ? undefined : new CostMeter(measuring)
    this.#witness = witness
    this.#evidence = new EvidenceLog(evidenceBytes, evidenceSpan(rules))
    this.#decider = new Decider({
      units,
      orders: this.#orders,
      evidence: this.#evidence,
      timeline: this.#timeline,
      deadlines: this.#deadlines,
    })
    const timing = { decider: this.#decider, timeline: this.#timeline, deadlines: this.#deadlines }
    this.#vigil = new Vigil(timing, (at) => this.#ageOf(at))
    this.#states = rules.map((rule) => new RuleState(rule, units, witness))
    this.lateness = microseconds(Math.max(0, ...rules.map((rule) => rule.lateness)))
    for (const [source, states] of bySource(this.#states)) {
      this.#routes.set(source, { states, index: new LiteralIndex(states.map(indexed)), boots: new Set() })
    }
    this.#parts = {
      states: this.#states,
      routes: this.#routes,
      timeline: this.#timeline,
      evidence: this.#evidence,
      orders: this.#orders,
      units,
      decider: this.#decider,
    }
    if (state !== undefined) this.#restore(state)
  }

  handle(input: Input): readonly Output[] {
    const output: Output[] = []
    if (input.kind === 'event') this.#onEvent(input, output)
    else this.#onOther(input, output)
    return output.length === 0 ? nothing : output
  }

  now(): Instant | undefined {
    return this.#now === undefined ? undefined : this.#timeline.wall(this.#now)
  }

  nextDeadline(): Instant | undefined {
    const { next } = this.#deadlines
    return next === undefined ? undefined : this.#timeline.wall(next)
  }

  status(): EngineStatus {
    return { rules: this.#states.map((state) => state.status()), cooldowns: this.#decider.cooldowns }
  }

  inspect(mostKeys: number): Inspection {
    return inspect(this.#parts, this.#now ?? instant(0), mostKeys)
  }

  get pending(): readonly Decision[] {
    return this.#decider.pending
  }

  snapshot(): EngineState {
    return {
      ...(this.#now === undefined ? {} : { now: this.#now }),
      ...(this.#present === undefined ? {} : { present: this.#present }),
      ...saveParts(this.#parts),
    }
  }

  #restore(saved: EngineState): void {
    this.#now = saved.now
    this.#present = saved.present
    for (const state of restoreParts(this.#parts, saved)) this.#resume(state)
  }

  /** Awaits again what a rule awaited when it was saved. */
  #resume(state: RuleState): void {
    const { expectEvery } = state.rule
    for (const key of state.keys) {
      if (key.awaited !== undefined) this.#vigil.awaitUntil(state, key, key.awaited)
      const { incident } = key
      if (incident !== undefined) {
        this.#decider.awaitVerdict(incident, { state, key, at: incident.from, age: undefined })
      }
    }
    for (const waiting of state.waiting) this.#awaitEarlier(state, waiting)
    if (expectEvery !== undefined && state.listening !== undefined)
      this.#vigil.listen(state, state.listening, expectEvery)
  }

  #onOther(input: Occurrence, output: Output[]): void {
    const time = this.#timeline.timeOf(input)
    if (input.kind === 'tick' && input.monotonic !== undefined) this.#present = input.at
    if (input.kind === 'tick' && input.behind === true) return
    const now = this.#advance(time, output)
    switch (input.kind) {
      case 'tick':
        break
      case 'outcome':
        this.#decider.onOutcome(input, this.#timeline.timeOf(input), output, now)
        break
      case 'unit':
        this.#onUnit(input, now, output)
        break
      case 'gap':
        for (const source of input.sources) {
          for (const state of this.#routes.get(source)?.states ?? []) state.gap = now
        }
        break
      case 'pause':
      case 'resume':
      case 'set-aside':
        this.#onOrder(input, now)
        break
      case 'act':
        this.#onDemand(input, now, output)
        break
    }
  }

  /** Lets the time pass up to `at`, and settles what has fallen due. */
  #advance(at: Instant, output: Output[]): Instant {
    if (!this.#isStarted) this.#start(at)
    const now = this.#now !== undefined && this.#now > at ? this.#now : at
    this.#now = now
    for (;;) {
      const due = this.#deadlines.takeDue(now)
      if (due === undefined) return now
      due.item(output, now)
    }
  }

  /** Silence counts from the start for the rules that wait for it. */
  #start(at: Instant): void {
    this.#isStarted = true
    for (const state of this.#states) {
      if (state.started) continue
      state.started = true
      const { condition, groupBy, expectEvery } = state.rule
      if (condition.kind === 'absence' && groupBy.length === 0) this.#vigil.await(state, state.key([], at))
      if (expectEvery !== undefined) this.#vigil.listen(state, at, expectEvery)
    }
  }

  #onEvent(event: LogEvent, output: Output[]): void {
    const route = this.#routes.get(event.source)
    if (route === undefined) return
    if (this.#isFromTheFuture(event, route)) return
    const at = this.#timeline.timeOf(event)
    const now = this.#advance(at, output)
    this.#noteBoot(event, route, at)
    const triggered: { state: RuleState; key: KeyState }[] = []
    // One that was cut may lack what they look for.
    const states = event.cut === true ? route.states : route.index.of(event.text)
    // All windows take the event before anything is decided: two rules of one target see the same history.
    this.#meter?.begin()
    for (const state of states) {
      if (!state.isSetAside) {
        const key = this.#offer(state, event, at, now, output)
        if (key !== undefined) triggered.push({ state, key })
      }
      this.#meter?.lap(state.cost)
    }
    for (const { state, key } of triggered) {
      this.#trigger(state, key, at, event, output)
      this.#meter?.lap(state.cost)
    }
  }

  /** Lets the rule take the event if it matches; returns the key whose condition is true. */
  #offer(
    state: RuleState,
    event: LogEvent,
    at: Instant,
    now: Instant,
    output: Output[],
  ): KeyState | undefined {
    if (event.cut === true) state.gap = at
    if (state.isReset?.(event) !== undefined) this.#reset(state, event, at)
    const captures = state.match(event)
    if (captures === undefined) return undefined
    if (!state.accepts(at)) {
      this.#witness?.matched({ rule: state.rule.name, event, fate: 'late' })
      return undefined
    }
    const sample = { at, evidence: this.#evidenceOf(event, now), event, captures }
    if (!state.isOrdered || after(at, state.rule.lateness) <= now) {
      return this.#apply(state, sample, event, output)
    }
    const waiting = { sample, event }
    state.waiting.add(waiting)
    this.#awaitEarlier(state, waiting)
    return undefined
  }

  /** The number under which the event is kept, once for all rules. */
  #evidenceOf(event: LogEvent, now: Instant): number {
    if (this.#kept?.event !== event) this.#kept = { event, number: this.#evidence.add(event, now) }
    return this.#kept.number
  }

  /** Takes the event when no other can come before it. */
  #awaitEarlier(state: RuleState, waiting: Waiting): void {
    const { sample, event } = waiting
    this.#deadlines.add(after(sample.at, state.rule.lateness), `event ${state.rule.name}`, (output) => {
      state.waiting.delete(waiting)
      const key = this.#apply(state, sample, event, output)
      if (key !== undefined) this.#trigger(state, key, sample.at, event, output)
    })
  }

  /** Gives the event to its window; returns the key whose condition is true. */
  #apply(state: RuleState, sample: Sample, event: LogEvent, output: Output[]): KeyState | undefined {
    const { at } = sample
    const key = state.keyOf(event, sample.captures, at)
    const { incident } = key
    if (incident !== undefined && !incident.closed && isBrokenBy(incident, sample)) {
      this.#decider.close(incident, { state, key, at, age: undefined }, at, 'condition', output)
    }
    const isUnclear = state.isUnclear(key, sample)
    const cooldown = state.cooldownOf(key, at)
    if (cooldown !== undefined) cooldown.ignored++
    if (cooldown !== undefined || state.isInGrace(key, at)) {
      state.counts.ignored++
      this.#tell(state, key, event, cooldown === undefined ? 'grace' : 'cooldown')
      return undefined
    }
    state.startAgain(key)
    if (!key.window.isTrue(at)) key.heldFor = undefined
    key.window.add(sample)
    this.#tell(state, key, event, 'counted')
    this.#vigil.await(state, key)
    const isTrue = key.window.isTrue(at)
    if (!isTrue) key.heldFor = undefined
    return isTrue && !isUnclear ? key : undefined
  }

  #tell({ rule }: RuleState, { values, window }: KeyState, event: LogEvent, fate: Fate): void {
    this.#witness?.matched({ rule: rule.name, values, event, fate, show: () => window.show() })
  }

  /** `eventAt` is the time of the event; the latest that counts may be later than one that comes late. */
  #trigger(state: RuleState, key: KeyState, eventAt: Instant, event: LogEvent, output: Output[]): void {
    const at = instant(Math.max(eventAt, key.window.show().last?.at ?? eventAt))
    this.#decider.onTrigger({ state, key, at, age: this.#ageOf(event.at) }, output)
  }

  #onUnit(observation: UnitObservation, now: Instant, output: Output[]): void {
    const { unit, disturbedAt } = observation
    const disturbed = disturbedAt === undefined ? undefined : this.#timeline.timeOf({ at: disturbedAt })
    if (!this.#decider.units.observe(observation, disturbed) || disturbed === undefined) return
    const rules = this.#states.flatMap(({ rule }) => (knownUnits(rule).includes(unit) ? [rule] : []))
    const until = after(disturbed, microseconds(Math.max(0, ...rules.map(({ grace }) => grace))))
    if (until <= now) return
    output.push({
      kind: 'grace',
      unit,
      at: this.#timeline.wall(disturbed),
      until: this.#timeline.wall(until),
      rules: rules.map(({ name }) => name),
    })
  }

  /** What is resumed starts again from nothing: what came in the meantime was not acted upon and is old. */
  #onOrder(order: Order, now: Instant): void {
    const { kind, subject } = order
    const states = this.#states.filter(({ rule }) => rule.name === subject)
    if (kind !== 'set-aside') this.#decider.orders.apply(order)
    if (kind !== 'pause') for (const state of states) state.isSetAside = kind === 'set-aside'
    if (kind !== 'resume') return
    this.#decider.units.resume(subject)
    for (const state of states) state.emptyAll(now)
  }

  /** Whatever was decided of the key before is decided anew. */
  #onDemand({ subject, key: values, by }: Demand, now: Instant, output: Output[]): void {
    const state = this.#states.find(({ rule }) => rule.name === subject)
    if (state === undefined || values.length !== state.rule.groupBy.length) return
    const key = state.key(values, now)
    state.startAgain(key)
    key.heldFor = undefined
    this.#decider.onTrigger({ state, key, at: now, age: undefined, by }, output)
  }

  /** A boot that the source did not show before starts empty windows. */
  #noteBoot({ monotonic }: LogEvent, route: Route, at: Instant): void {
    if (monotonic === undefined || route.boots.has(monotonic.boot)) return
    if (route.boots.size > 0) for (const state of route.states) state.emptyAll(at)
    route.boots.add(monotonic.boot)
  }

  /** Empties the windows of the event's key, or all of the rule's where the event does not bear one. */
  #reset(state: RuleState, event: LogEvent, at: Instant): void {
    const captures = state.isReset?.(event)
    if (captures === undefined) return
    const { groupBy } = state.rule
    const values = keyValues(groupBy, event, captures)
    if (groupBy.length > 0 && !values.includes('')) state.empty(state.key(values, at), at)
    else state.emptyAll(at)
  }

  /** Whether the event is dated so far ahead that it would push out windows; such an event is set aside and counted. */
  #isFromTheFuture(event: LogEvent, { states }: Route): boolean {
    if (this.#present === undefined) return false
    const lateness = Math.max(...states.map(({ rule }) => rule.lateness))
    if (span(this.#present, event.at) <= lateness) return false
    for (const state of states) {
      if (!state.isSetAside && state.match(event) !== undefined) state.counts.future++
    }
    return true
  }

  /** How old what happened at realtime `at` is by the machine's clock; unknown where that was never read. */
  #ageOf(at: Instant): number | undefined {
    return this.#present === undefined ? undefined : span(at, this.#present)
  }
}

function bySource(states: readonly RuleState[]): ReadonlyMap<string, readonly RuleState[]> {
  const groups = new Map<string, RuleState[]>()
  for (const state of states) {
    for (const source of state.rule.sources) {
      const group = groups.get(source)
      if (group === undefined) groups.set(source, [state])
      else group.push(state)
    }
  }
  return groups
}

const indexed = (state: RuleState): Indexed<RuleState> => ({ item: state, specs: specsOf(state.rule) })

/** How long an event may be told of after it came, in µs. */
function evidenceSpan(rules: readonly Rule[]): number {
  const spans = rules.map(({ condition, lateness }) =>
    // The last event before a silence is told of however long that is.
    condition.kind === 'absence' ? Number.POSITIVE_INFINITY : spanOf(condition) + 2 * lateness,
  )
  return Math.max(0, ...spans)
}
