/** The live driver: feeds the engine from the real sources and performs what it decides, until it is told to stop. */

import type { Actuator } from '../actions/actuator.ts'
import type { Incident } from '../actions/incident.ts'
import type { Decision, Output } from '../engine/decision.ts'
import type { Engine } from '../engine/engine.ts'
import type { Attempt, Demand, Input, Order, Outcome, UnitObservation } from '../engine/input.ts'
import type { Inspection } from '../engine/inspection.ts'
import type { Action } from '../engine/rule.ts'
import { knownUnits } from '../engine/target.ts'
import type { Instant } from '../engine/time.ts'
import type { Clock } from '../platform/clock.ts'
import { type Batch, type Source, SourceError, type SourceNotice } from '../sources/source.ts'
import { CostWatch } from './cost-watch.ts'
import { Followings, type SourceProgress } from './followings.ts'
import type { Gathering } from './gathering.ts'
import { Keeper } from './keeper.ts'
import type { LiveState } from './live-state.ts'
import { isLoss } from './loss.ts'
import type { Plan } from './plan.ts'
import { observe, type Reporter } from './reporter.ts'

export interface LiveOptions {
  readonly plan: Plan
  /**
   * Sources are read when every unit has been seen once, or this resolves: a start of the unit that is learned of late
   * would empty windows of what came after it.
   */
  readonly unitsPatience: Promise<unknown>
  readonly actuator: Actuator
  /** Absent where no evidence is kept. */
  readonly evidence?: Gathering
  readonly clock: Clock
  readonly reporter: Reporter
  /** What survives a restart; absent where nothing does. */
  readonly state?: LiveState
  /** Ends the run: sources are left, actions under way are given up waiting for. */
  readonly signal: AbortSignal
}

/** What an operator may order at any time. */
export type LiveOrder = Order | Demand

export class LiveRun {
  readonly #options: LiveOptions
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  readonly #actions = new Set<Promise<void>>()
  readonly #evicted = new Map<string, number>()
  readonly #followings: Followings
  readonly #keeper: Keeper | undefined
  #plan: Plan
  /** The sources are being read. */
  #hasBegun = false
  #engine: Engine
  #costs: CostWatch
  /** Ends the watch of the units of the plan. */
  #units = new AbortController()
  /** Decisions whose actions have not begun. */
  #decided: Decision[] = []
  #wake: { readonly at: Instant; readonly callOff: () => void } | undefined

  constructor(options: LiveOptions) {
    this.#options = options
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal])
    const { plan, state, clock } = options
    this.#plan = plan
    this.#engine = plan.engine(state?.engine)
    this.#costs = new CostWatch(plan.rules, clock.stopwatch())
    const positions = state?.positions ?? new Map()
    this.#keeper = state === undefined ? undefined : new Keeper(state, () => this.#engine.snapshot())
    this.#followings = new Followings({
      positions,
      signal: this.#signal,
      now: () => clock.now(),
      onBatch: (batch, source) => this.#onBatch(batch, source),
      onPlaced: () => options.reporter.watching(this.#plan.words),
    })
  }

  /** Its windows, at most `mostKeys` of each rule, and its targets, as they are now. */
  inspect(mostKeys: number): Inspection {
    this.#tick()
    this.#settle()
    return this.#engine.inspect(mostKeys)
  }

  get plan(): Plan {
    return this.#plan
  }

  /** The sources that are being read. */
  get readers(): readonly Source[] {
    return this.#followings.sources
  }

  get sources(): readonly SourceProgress[] {
    return this.#followings.progress
  }

  /**
   * Resolves when the signal aborts, or when every source has come to its end, as standard input does, and what was decided
   * has been done. Rejects with a `SourceError` when a source cannot be read at all.
   */
  async run(): Promise<void> {
    const { unitsPatience } = this.#options
    try {
      await this.#recover()
      await Promise.race([this.#observeUnits(), unitsPatience])
      this.#hasBegun = true
      await this.#followings.change(this.#plan.sources)
      await this.#followings.ended()
      while (this.#actions.size > 0) await Promise.all(this.#actions)
    } finally {
      this.#stop.abort()
      this.#units.abort()
      this.#wake?.callOff()
      this.#wake = undefined
      this.#keeper?.close()
    }
  }

  /**
   * Goes over to another version of the rules. Rules that are the same go on with their windows, all keep cooldowns and
   * budgets; actions under way are seen to their end.
   */
  change(plan: Plan): void {
    const { clock } = this.#options
    this.#plan = plan
    this.#engine = plan.engine(this.#engine.snapshot())
    this.#costs = new CostWatch(plan.rules, clock.stopwatch())
    void this.#observeUnits()
    this.#followings.change(plan.sources).catch((error: unknown) => {
      if (!(error instanceof SourceError)) throw error
      const sources = plan.rules.flatMap((rule) => rule.sources)
      this.#onNotice({ sources, at: clock.now(), kind: 'unavailable', message: error.message })
    })
    this.#keeper?.changed()
    this.#sleepUntilDeadline()
  }

  /** Returns what came of it at once; actions are under way then. */
  order(order: LiveOrder): readonly Output[] {
    return this.#handle(order)
  }

  /**
   * What became of actions that were under way when the watchdog ended is not known; they are not begun again, but for
   * alerts: those that are kept already are not kept twice.
   */
  async #recover(): Promise<void> {
    const { clock, reporter, actuator } = this.#options
    for (const decision of this.#engine.pending) {
      const attempts: Attempt[] = []
      for (const action of decision.actions) {
        attempts.push(
          action.kind === 'alert'
            ? await actuator.perform(action, { ...decision, attempts: [...attempts] }, this.#signal)
            : { action, result: 'unknown' },
        )
      }
      const outcome: Outcome = { kind: 'outcome', at: clock.now(), decision: decision.id, attempts }
      reporter.outcome(decision, outcome)
      this.#handle(outcome)
    }
  }

  /** Watches the units of the plan; resolves when each has been seen once. */
  #observeUnits(): Promise<void> {
    this.#units.abort()
    this.#units = new AbortController()
    const units = this.#plan.units(AbortSignal.any([this.#signal, this.#units.signal]))
    const unseen = new Set(this.#plan.rules.flatMap(knownUnits))
    return new Promise((resolve) => {
      const seen = ({ unit }: Pick<UnitObservation, 'unit'>): void => {
        unseen.delete(unit)
        if (unseen.size === 0) resolve()
      }
      const observeAll = async (): Promise<void> => {
        for await (const observation of units) {
          this.#handle(observation)
          seen(observation)
        }
      }
      seen({ unit: '' })
      void observeAll()
    })
  }

  #onBatch({ events, notices, position }: Batch, source: Source): void {
    for (const notice of notices) this.#onNotice(notice)
    if (events.length > 0) this.#tick()
    for (const event of events) this.#take(event)
    this.#keeper?.moved(source.name, position)
    this.#settle()
    this.#reportEvictions()
    this.#watchCosts()
  }

  /** A decision is on disk, with everything that led to it, before its actions begin. */
  #settle(): void {
    const decided = this.#decided
    this.#decided = []
    if (decided.length > 0) this.#keeper?.save()
    for (const decision of decided) this.#start(this.#act(decision))
    this.#sleepUntilDeadline()
  }

  #onNotice(notice: SourceNotice): void {
    this.#options.reporter.notice(notice)
    const { at, sources } = notice
    if (isLoss(notice)) this.#take({ kind: 'gap', at, sources })
  }

  /** What comes next is judged by the time that it is now. */
  #tick(): void {
    const behind = this.#isBehind ? { behind: true as const } : {}
    this.#take({ kind: 'tick', ...this.#options.clock.read(), ...behind })
  }

  /** Events from before now are still to come. */
  get #isBehind(): boolean {
    const { positions } = this.#options.state ?? {}
    return this.#hasBegun
      ? this.#followings.isBehind
      : this.#plan.sources.some(({ source }) => positions?.has(source.name))
  }

  #handle(input: Input): readonly Output[] {
    this.#tick()
    const outputs = this.#take(input)
    this.#keeper?.changed()
    this.#settle()
    return outputs
  }

  #take(input: Input): readonly Output[] {
    const outputs = this.#engine.handle(input)
    for (const output of outputs) this.#onOutput(output)
    return outputs
  }

  #onOutput(output: Output): void {
    if (output.kind === 'act') this.#decided.push(output)
    if (output.kind === 'hold') this.#escalate(output, output.escalation)
    if (output.kind === 'closed') {
      const { decision, because, escalation } = output
      this.#escalate(because === undefined ? decision : { ...decision, notRecovered: because }, escalation)
    }
    observe(this.#options.reporter, output)
  }

  #start(work: Promise<void>): void {
    const done = work.finally(() => this.#actions.delete(done))
    this.#actions.add(done)
  }

  /** Alerts first: they are kept at once, and nothing that happens to the others can prevent them. */
  #escalate(incident: Incident, actions: readonly Action[]): void {
    if (actions.length === 0) return
    const isAlert = ({ kind }: Action): boolean => kind === 'alert'
    const inOrder = [...actions.filter(isAlert), ...actions.filter((action) => !isAlert(action))]
    this.#start(this.#perform(incident, inOrder).then(() => undefined))
  }

  /** One action after the other, a failed one included: what comes behind it may be the alert. */
  async #act(decision: Decision): Promise<void> {
    const incident = await this.#withEvidence(decision)
    this.#handle(await this.#perform(incident, decision.actions))
    this.#keeper?.hasty()
  }

  /** What the actions may destroy is gathered before them. */
  async #withEvidence(decision: Decision): Promise<Incident> {
    const { evidence, reporter } = this.#options
    const wish = this.#plan.rules.find(({ name }) => name === decision.rule)?.evidence
    const gathered = wish && (await evidence?.gather(decision, wish, this.#signal))
    if (gathered?.path !== undefined) reporter.evidence(decision, gathered.path)
    return gathered === undefined ? decision : { ...decision, gathered }
  }

  async #perform(incident: Incident, actions: readonly Action[]): Promise<Outcome> {
    const { actuator, clock, reporter } = this.#options
    const ended: Attempt[] = []
    const all: Promise<Attempt>[] = []
    for (const action of actions) {
      const attempt = actuator.perform(action, { ...incident, attempts: [...ended] }, this.#signal)
      all.push(attempt)
      // Until an alert is on disk the next action need not wait.
      if (action.kind !== 'alert') ended.push(await attempt)
    }
    const attempts = await Promise.all(all)
    const outcome: Outcome = { kind: 'outcome', at: clock.now(), decision: incident.id, attempts }
    reporter.outcome(incident, outcome)
    return outcome
  }

  #sleepUntilDeadline(): void {
    const { clock } = this.#options
    const at = this.#engine.nextDeadline()
    if (at === this.#wake?.at) return
    this.#wake?.callOff()
    this.#wake = undefined
    if (at === undefined || this.#signal.aborted) return
    const due = (): void => {
      this.#wake = undefined
      this.#tick()
      this.#settle()
    }
    this.#wake = { at, callOff: clock.at(at, due) }
  }

  /** A rule that takes too much is said, and seen no more where its rule file wants that. */
  #watchCosts(): void {
    const { clock, reporter } = this.#options
    for (const overrun of this.#costs.look(clock.stopwatch(), this.#engine.status().rules)) {
      const { name, cpu } = overrun.rule
      reporter.costly(overrun)
      if (cpu.setAside) this.#take({ kind: 'set-aside', at: clock.now(), subject: name })
    }
  }

  #reportEvictions(): void {
    for (const { rule, evicted } of this.#engine.status().rules) {
      const told = this.#evicted.get(rule) ?? 0
      if (evicted < 2 * told || evicted === told) continue
      this.#evicted.set(rule, evicted)
      this.#options.reporter.evicted(rule, evicted)
    }
  }
}
