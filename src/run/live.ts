/** The live driver: feeds the engine from the real sources and performs what it decides, until it is told to stop. */

import type { Actuator } from '../actions/actuator.ts'
import type { Decision, Output } from '../engine/decision.ts'
import type { Engine } from '../engine/engine.ts'
import type { Attempt, Input, Outcome, UnitObservation } from '../engine/input.ts'
import type { Action, Rule } from '../engine/rule.ts'
import { knownUnits } from '../engine/target.ts'
import type { Instant } from '../engine/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Batch, Position, Source, SourceNotice } from '../sources/source.ts'
import type { StateStore } from '../state/state-store.ts'
import { CostWatch } from './cost-watch.ts'
import { Keeper } from './keeper.ts'
import { isLoss } from './loss.ts'
import { observe, type Reporter } from './reporter.ts'

export interface LiveOptions {
  readonly engine: Engine
  /** The rules that the engine runs. */
  readonly rules: readonly Rule[]
  readonly sources: readonly Source[]
  /** States of the units that the rules act upon, as they change, until the signal aborts. */
  readonly units: (signal: AbortSignal) => AsyncIterable<UnitObservation>
  /**
   * Sources are read when every unit has been seen once, or this resolves: a start of the unit that is learned of late
   * would empty windows of what came after it.
   */
  readonly unitsPatience: Promise<unknown>
  readonly actuator: Actuator
  readonly clock: Clock
  readonly reporter: Reporter
  /** What survives a restart; absent where nothing does. */
  readonly state?: LiveState
  /** Ends the run: sources are left, actions under way are given up waiting for. */
  readonly signal: AbortSignal
}

export interface LiveState {
  readonly store: StateStore
  /** Where sources go on, by their names. */
  readonly positions: ReadonlyMap<string, Position>
}

/**
 * Resolves when `signal` aborts, or when every source has come to its end, as standard input does, and what was decided
 * has been done. Rejects with a `SourceError` when a source cannot be read at all.
 */
export async function runLive(options: LiveOptions): Promise<void> {
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const drive = new Drive({ ...options, signal })
  const units = drive.observe(options.units(signal))
  try {
    drive.recover()
    await Promise.race([drive.unitsSeen, options.unitsPatience])
    await Promise.all(options.sources.map((source) => drive.follow(source)))
    await drive.actionsDone()
  } finally {
    stop.abort()
    await units
    drive.close()
  }
}

class Drive {
  readonly #options: LiveOptions
  readonly #actions = new Set<Promise<void>>()
  readonly #evicted = new Map<string, number>()
  readonly #costs: CostWatch
  /** Sources that have not found their place yet. */
  readonly #unplaced: Set<Source>
  /** Sources that are still reading what was there before. */
  readonly #behind: Set<Source>
  readonly #keeper: Keeper | undefined
  /** Units whose state is not known yet. */
  readonly #unseen: Set<string>
  #allSeen = (): void => undefined
  /** Resolves when every unit that rules name has been observed. */
  readonly unitsSeen = new Promise<void>((resolve) => {
    this.#allSeen = resolve
  })
  /** Decisions whose actions have not begun. */
  #decided: Decision[] = []
  #wake: { readonly at: Instant; readonly callOff: () => void } | undefined

  constructor(options: LiveOptions) {
    this.#options = options
    const { sources, state, engine, rules, clock } = options
    this.#costs = new CostWatch(rules, clock.stopwatch())
    this.#unplaced = new Set(sources)
    this.#behind = new Set(sources.filter(({ name }) => state?.positions.has(name)))
    this.#keeper = state === undefined ? undefined : new Keeper(state.store, state.positions, engine)
    this.#unseen = new Set(rules.flatMap(knownUnits))
    if (this.#unseen.size === 0) this.#allSeen()
  }

  /** What became of actions that were under way when the watchdog ended is not known; they are not begun again. */
  recover(): void {
    const { engine, clock, reporter } = this.#options
    for (const decision of engine.pending) {
      const attempts = decision.actions.map((action): Attempt => ({ action, result: 'unknown' }))
      const outcome: Outcome = { kind: 'outcome', at: clock.now(), decision: decision.id, attempts }
      reporter.outcome(decision, outcome)
      this.#handle(outcome)
    }
  }

  async follow(source: Source): Promise<void> {
    const { state, signal, reporter } = this.#options
    for await (const batch of source.read(state?.positions.get(source.name), signal)) {
      if (this.#unplaced.delete(source) && this.#unplaced.size === 0) reporter.watching()
      this.#onBatch(batch, source)
    }
    this.#behind.delete(source)
  }

  async observe(units: AsyncIterable<UnitObservation>): Promise<void> {
    for await (const observation of units) {
      this.#handle(observation)
      this.#unseen.delete(observation.unit)
      if (this.#unseen.size === 0) this.#allSeen()
    }
  }

  async actionsDone(): Promise<void> {
    while (this.#actions.size > 0) await Promise.all(this.#actions)
  }

  close(): void {
    this.#wake?.callOff()
    this.#wake = undefined
    this.#keeper?.close()
  }

  #onBatch({ events, notices, position, caughtUp }: Batch, source: Source): void {
    for (const notice of notices) this.#onNotice(notice)
    if (events.length > 0) this.#tick()
    for (const event of events) this.#take(event)
    if (caughtUp) this.#behind.delete(source)
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
    const behind = this.#behind.size > 0 ? { behind: true as const } : {}
    this.#take({ kind: 'tick', ...this.#options.clock.read(), ...behind })
  }

  #handle(input: Input): void {
    this.#tick()
    this.#take(input)
    this.#keeper?.changed()
    this.#settle()
  }

  #take(input: Input): void {
    for (const output of this.#options.engine.handle(input)) this.#onOutput(output)
  }

  #onOutput(output: Output): void {
    if (output.kind === 'act') this.#decided.push(output)
    if (output.kind === 'hold') this.#escalate(output, output.escalation)
    if (output.kind === 'closed') this.#escalate(output.decision, output.escalation)
    observe(this.#options.reporter, output)
  }

  #start(work: Promise<void>): void {
    const done = work.finally(() => this.#actions.delete(done))
    this.#actions.add(done)
  }

  #escalate(decision: Decision, actions: readonly Action[]): void {
    if (actions.length > 0) this.#start(this.#perform(decision, actions).then(() => undefined))
  }

  /** One action after the other, a failed one included: what comes behind it may be the alert. */
  async #act(decision: Decision): Promise<void> {
    this.#handle(await this.#perform(decision, decision.actions))
    this.#keeper?.save()
  }

  async #perform(decision: Decision, actions: readonly Action[]): Promise<Outcome> {
    const { actuator, clock, reporter, signal } = this.#options
    const attempts: Attempt[] = []
    for (const action of actions) attempts.push(await actuator.perform(action, decision, signal))
    const outcome: Outcome = { kind: 'outcome', at: clock.now(), decision: decision.id, attempts }
    reporter.outcome(decision, outcome)
    return outcome
  }

  #sleepUntilDeadline(): void {
    const { engine, clock, signal } = this.#options
    const at = engine.nextDeadline()
    if (at === this.#wake?.at) return
    this.#wake?.callOff()
    this.#wake = undefined
    if (at === undefined || signal.aborted) return
    const due = (): void => {
      this.#wake = undefined
      this.#tick()
      this.#settle()
    }
    this.#wake = { at, callOff: clock.at(at, due) }
  }

  /** A rule that takes too much is said, and seen no more where its rule file wants that. */
  #watchCosts(): void {
    const { engine, clock, reporter } = this.#options
    for (const overrun of this.#costs.look(clock.stopwatch(), engine.status().rules)) {
      const { name, cpu } = overrun.rule
      reporter.costly(overrun)
      if (cpu.setAside) this.#take({ kind: 'set-aside', at: clock.now(), subject: name })
    }
  }

  #reportEvictions(): void {
    for (const { rule, evicted } of this.#options.engine.status().rules) {
      const told = this.#evicted.get(rule) ?? 0
      if (evicted < 2 * told || evicted === told) continue
      this.#evicted.set(rule, evicted)
      this.#options.reporter.evicted(rule, evicted)
    }
  }
}
