/** The engine: events, outcomes and time in, decisions out. Pure: no I/O, no clock, no timer, no logging. */

import type { Cooldown } from './cooldown.ts'
import { Deadlines } from './deadlines.ts'
import type { Decision, HoldReason, Output, Trigger } from './decision.ts'
import type { LogEvent } from './event.ts'
import { EvidenceLog } from './evidence-log.ts'
import type { Input, Outcome, UnitObservation } from './input.ts'
import type { Rule } from './rule.ts'
import { type KeyState, RuleState } from './rule-state.ts'
import type { EngineStatus } from './status.ts'
import { Targets } from './targets.ts'
import { after, type Instant, instant } from './time.ts'

export interface EngineOptions {
  /** Keys that one rule may have at a time. */
  readonly maxKeys?: number
  /** Memory for the texts of events in the windows, in bytes. */
  readonly evidenceBytes?: number
}

export interface Engine {
  /**
   * Settles what is due at the input's time, stamped with the time at which it was due, then applies the input. An input
   * dated before an earlier one does not turn the time back.
   */
  handle(input: Input): readonly Output[]
  /** The time at which something falls due that no event announces: whoever drives the engine ticks it then. */
  nextDeadline(): Instant | undefined
  status(): EngineStatus
}

const nothing: readonly Output[] = []

export function createEngine(rules: readonly Rule[], options: EngineOptions = {}): Engine {
  return new RuleEngine(rules, options)
}

class RuleEngine implements Engine {
  readonly #rules: readonly RuleState[]
  readonly #bySource = new Map<string, RuleState[]>()
  readonly #targets = new Targets()
  readonly #deadlines = new Deadlines<Cooldown>()
  readonly #evidence: EvidenceLog
  /** Decisions to act whose outcome is awaited. */
  readonly #acting = new Map<string, Cooldown>()
  readonly #open = new Set<Cooldown>()
  #now = instant(0)
  #decisions = 0

  constructor(
    rules: readonly Rule[],
    { maxKeys = 100_000, evidenceBytes = 16 * 1024 * 1024 }: EngineOptions,
  ) {
    this.#evidence = new EvidenceLog(evidenceBytes)
    this.#rules = rules.map((rule) => new RuleState(rule, this.#targets, maxKeys))
    for (const state of this.#rules) {
      for (const source of state.rule.sources) {
        const others = this.#bySource.get(source)
        if (others === undefined) this.#bySource.set(source, [state])
        else others.push(state)
      }
    }
  }

  handle(input: Input): readonly Output[] {
    const output: Output[] = []
    if (input.at > this.#now) this.#now = input.at
    this.#settle(output)
    switch (input.kind) {
      case 'event':
        this.#onEvent(input, output)
        break
      case 'outcome':
        this.#onOutcome(input, output)
        break
      case 'unit':
        this.#onUnit(input)
        break
      case 'tick':
        break
    }
    return output.length === 0 ? nothing : output
  }

  nextDeadline(): Instant | undefined {
    return this.#deadlines.next
  }

  status(): EngineStatus {
    return {
      rules: this.#rules.map((state) => state.status()),
      cooldowns: [...this.#open].map(({ decision, until, ignored }) => ({
        decision: decision.id,
        rule: decision.rule,
        targets: decision.targets,
        at: until,
        ignored,
      })),
    }
  }

  #settle(output: Output[]): void {
    for (;;) {
      const due = this.#deadlines.takeDue(this.#now)
      if (due === undefined) return
      this.#endCooldown(due.item, output)
    }
  }

  #onEvent(event: LogEvent, output: Output[]): void {
    let evidence: number | undefined
    for (const state of this.#bySource.get(event.source) ?? []) {
      const captures = state.match(event)
      if (captures === undefined) continue
      state.matched++
      const key = state.keyOf(event, captures)
      const cooldown = state.cooldownOf(key, event.at)
      if (cooldown !== undefined) {
        state.ignored++
        cooldown.ignored++
        continue
      }
      state.startAgainAfterActions(key)
      const { window } = key
      if (!window.isTrue(event.at)) key.heldFor = undefined
      evidence ??= this.#evidence.add(event)
      window.add(event.at, evidence)
      if (window.isTrue(event.at)) this.#onTrigger(state, key, output)
    }
  }

  #onTrigger(state: RuleState, key: KeyState, output: Output[]): void {
    const because = this.#reasonToHold(state)
    // A condition that stays true is one trigger: only another reason makes it another decision.
    if (because !== undefined && because === key.heldFor) return
    const trigger = this.#triggerOf(state, key)
    const actions = state.rule.actions
    const decision: Decision =
      because === undefined
        ? { ...trigger, kind: 'act', actions }
        : { ...trigger, kind: 'hold', because, actions }
    output.push(decision)
    key.heldFor = because
    if (because === undefined) state.acted++
    else state.held++
    if (because === undefined || because === 'dry-run') this.#startCooldown(state, key, decision)
  }

  #reasonToHold(state: RuleState): HoldReason | undefined {
    if (state.needsRunningUnit.some((unit) => this.#targets.isStopped(unit))) return 'stopped'
    if (state.rule.mode === 'simulate') return 'dry-run'
    return undefined
  }

  #triggerOf({ rule, targets }: RuleState, { values, window: { events } }: KeyState): Trigger {
    const newest = events.size - 1
    const at = events.timeAt(newest)
    return {
      id: `${at.toString(36)}-${(++this.#decisions).toString(36)}`,
      rule: rule.name,
      key: new Map(rule.groupBy.map((name, index) => [name, values[index] ?? ''])),
      targets,
      at,
      count: events.size,
      first: this.#evidence.get(events.evidenceAt(0), events.timeAt(0)),
      last: this.#evidence.get(events.evidenceAt(newest), at),
    }
  }

  #startCooldown(state: RuleState, key: KeyState, decision: Decision): void {
    const acting = decision.kind === 'act'
    const until = after(decision.at, state.rule.cooldown)
    const cooldown: Cooldown = { decision, until, acting, ignored: 0 }
    this.#open.add(cooldown)
    for (const subject of state.subjectsOf(key)) {
      subject.cooldown = cooldown
      subject.epoch++
    }
    if (acting) this.#acting.set(decision.id, cooldown)
    else this.#deadlines.add(until, cooldown)
  }

  #onOutcome({ decision: id, at, attempts }: Outcome, output: Output[]): void {
    const cooldown = this.#acting.get(id)
    if (cooldown === undefined) return
    this.#acting.delete(id)
    cooldown.acting = false
    const { decision } = cooldown
    const leftAlone = attempts.length > 0 && attempts.every(({ result }) => result === 'stopped')
    if (leftAlone) output.push({ ...decision, kind: 'hold', because: 'stopped' })
    // Nothing was done to a unit that was found stopped: there is nothing to wait for.
    cooldown.until = leftAlone || at > cooldown.until ? at : cooldown.until
    if (cooldown.until <= this.#now) this.#endCooldown(cooldown, output)
    else this.#deadlines.add(cooldown.until, cooldown)
  }

  #endCooldown(cooldown: Cooldown, output: Output[]): void {
    const { decision, until, ignored } = cooldown
    this.#open.delete(cooldown)
    output.push({
      kind: 'cooldown-end',
      decision: decision.id,
      rule: decision.rule,
      targets: decision.targets,
      at: until,
      ignored,
    })
  }

  #onUnit({ unit, stopped }: UnitObservation): void {
    this.#targets.setStopped(unit, stopped)
  }
}
