/** From trigger to decision, and what follows from it: cooldowns, outcomes, incidents. */

import type { Deadlines } from './deadlines.ts'
import type { Closing, CooldownEnd, Decision, Evidence, Output, Trigger } from './decision.ts'
import { type CooldownState, saveDecision } from './engine-state.ts'
import { EventRing } from './event-ring.ts'
import type { EvidenceLog } from './evidence-log.ts'
import { type Incident, openIncident } from './incident.ts'
import type { Outcome } from './input.ts'
import type { Orders } from './orders.ts'
import { type Case, giveUp, longestCooldown, policyState, reasonToHold } from './policy.ts'
import type { Cooldown } from './subject.ts'
import { recordAction } from './subject.ts'
import { after, type Instant, span } from './time.ts'
import type { Timeline } from './timeline.ts'
import type { Units } from './units.ts'
import { spanOf } from './windows/condition-span.ts'
import type { Seen, Window } from './windows/window.ts'

/** What is done when a deadline has come; `now` is the engine's time, which may be later. */
export type Due = (output: Output[], now: Instant) => void

/** As many of the events that led to an action are told with it. */
const mostLines = 50

/** An action whose outcome is awaited, and whose worth will be judged by it. */
interface Pending {
  readonly cooldown: Cooldown
  /** Absent where the rule is no longer there, or another one, since the state was saved. */
  readonly of: Case | undefined
}

export class Decider {
  readonly units: Units
  readonly orders: Orders
  readonly #evidence: EvidenceLog
  readonly #timeline: Timeline
  readonly #deadlines: Deadlines<Due>
  readonly #pending = new Map<string, Pending>()
  readonly #open = new Set<Cooldown>()
  #decisions = 0

  constructor(parts: {
    units: Units
    orders: Orders
    evidence: EvidenceLog
    timeline: Timeline
    deadlines: Deadlines<Due>
  }) {
    this.units = parts.units
    this.orders = parts.orders
    this.#evidence = parts.evidence
    this.#timeline = parts.timeline
    this.#deadlines = parts.deadlines
  }

  /** Cooldowns that are not over; `at` is the earliest time of their end. */
  get cooldowns(): readonly Omit<CooldownEnd, 'kind'>[] {
    return [...this.#open].map((cooldown) => this.#endOf(cooldown))
  }

  /** Decisions whose actions have not ended. */
  get pending(): readonly Decision[] {
    return [...this.#pending.values()].map(({ cooldown }) => cooldown.decision)
  }

  /** Number of the latest decision. */
  get decisions(): number {
    return this.#decisions
  }

  /** Cooldowns that are not over, or whose actions have not ended. */
  get unfinished(): ReadonlySet<Cooldown> {
    return new Set([...this.#open, ...[...this.#pending.values()].map(({ cooldown }) => cooldown)])
  }

  save({ decision, ...cooldown }: Cooldown, isOpen: boolean): CooldownState {
    const of = this.#pending.get(decision.id)?.of
    return {
      ...cooldown,
      decision: saveDecision(decision),
      open: isOpen,
      ...(of === undefined || of.key.gone
        ? {}
        : { pending: { rule: of.state.rule.name, values: of.key.values } }),
    }
  }

  /** `caseOf` finds what the outcome of an action is about, where that is still there. */
  restore(
    decisions: number,
    cooldowns: readonly { readonly cooldown: Cooldown; readonly state: CooldownState }[],
    caseOf: (state: CooldownState) => Case | undefined,
  ): void {
    this.#decisions = decisions
    for (const { cooldown, state } of cooldowns) {
      if (state.open) this.#open.add(cooldown)
      if (state.acting) this.#pending.set(cooldown.decision.id, { cooldown, of: caseOf(state) })
      else if (state.open) this.#awaitEnd(cooldown)
    }
  }

  onTrigger(of: Case, output: Output[]): void {
    const { state, key } = of
    state.stand(key)
    const because = reasonToHold(of, this.units, this.orders)
    // A condition that stays true is one trigger: only another reason makes it another decision.
    if (because !== undefined && because === key.heldFor) return
    key.heldFor = because
    const trigger = this.#triggerOf(of)
    if (because === undefined) {
      const decision: Decision = { ...trigger, kind: 'act', actions: key.actions }
      state.counts.acted++
      output.push({ ...decision, lines: this.#linesOf(key.window, trigger) })
      this.#begin(of, decision)
      return
    }
    const escalation = because === 'budget' ? giveUp(of) : []
    const decision: Decision = { ...trigger, kind: 'hold', because, actions: key.actions, escalation }
    state.counts.held++
    output.push(decision)
    if (because === 'dry-run') this.#begin(of, decision)
  }

  onOutcome({ decision: id, attempts }: Outcome, at: Instant, output: Output[], now: Instant): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    this.#pending.delete(id)
    const { cooldown, of } = pending
    cooldown.acting = false
    cooldown.actedUntil = at
    const leftAlone = attempts.length > 0 && attempts.every(({ result }) => result === 'stopped')
    if (leftAlone) output.push({ ...cooldown.decision, kind: 'hold', because: 'stopped', escalation: [] })
    // Nothing was done to a unit that was found stopped: there is nothing to wait for.
    if (leftAlone || at > cooldown.until) cooldown.until = at
    const subjects =
      of?.key.subjects ?? this.units.subjects().filter((subject) => subject.cooldown === cooldown)
    for (const subject of subjects) subject.epoch++
    if (!leftAlone && of !== undefined) this.#judge(of, cooldown.decision, at, output)
    if (cooldown.until <= now) this.#end(cooldown, output)
    else this.#awaitEnd(cooldown)
  }

  /** Closes the incident, unless it was closed before. */
  close(incident: Incident, of: Case, at: Instant, because: Closing['because'], output: Output[]): void {
    if (incident.closed) return
    incident.closed = true
    const recovered = because === undefined
    if (recovered) for (const subject of of.key.subjects) subject.givenUp = undefined
    else of.state.counts.notRecovered++
    output.push({
      kind: 'closed',
      decision: incident.decision,
      at: this.#timeline.wall(at),
      recovered,
      ...(because === undefined ? {} : { because }),
      escalation: recovered ? [] : incident.verification.otherwise,
    })
  }

  #begin(of: Case, decision: Decision): void {
    const { key, at } = of
    const acting = decision.kind === 'act'
    const length = longestCooldown({ rule: of.state.rule, key, at })
    const cooldown: Cooldown = { decision, began: at, until: after(at, length), acting, ignored: 0 }
    this.#open.add(cooldown)
    for (const subject of key.subjects) {
      subject.cooldown = cooldown
      recordAction(subject, at)
    }
    const { clear } = of.state.rule
    if (clear !== undefined) key.unclear = { since: at, events: new EventRing(clear.count + 1) }
    if (acting) this.#pending.set(decision.id, { cooldown, of })
    else this.#awaitEnd(cooldown)
  }

  #judge(of: Case, decision: Decision, from: Instant, output: Output[]): void {
    const { rule } = of.state
    if (rule.verify === undefined || of.key.gone) return
    const incident = openIncident(decision, rule.verify, of.state.createWindow, from)
    const before = of.key.incident
    // Another action was taken: the one before it did not help.
    if (before !== undefined) this.close(before, of, from, 'condition', output)
    of.key.incident = incident
    this.awaitVerdict(incident, of)
  }

  /** Closes the incident when its time is over. */
  awaitVerdict(incident: Incident, of: Case): void {
    const at = after(incident.until, of.state.rule.lateness)
    this.#deadlines.add(at, `incident ${incident.decision.id}`, (output) => {
      if (of.key.incident !== incident) return
      of.key.incident = undefined
      const isDown = of.key.targets.some((unit) => !this.units.mayRun(unit))
      const because = incident.window.isTrue(incident.until) ? 'condition' : isDown ? 'unit' : undefined
      this.close(incident, of, incident.until, because, output)
    })
  }

  #awaitEnd(cooldown: Cooldown): void {
    this.#deadlines.add(cooldown.until, `cooldown ${cooldown.decision.id}`, (output) =>
      this.#end(cooldown, output),
    )
  }

  #end(cooldown: Cooldown, output: Output[]): void {
    this.#open.delete(cooldown)
    output.push({ kind: 'cooldown-end', ...this.#endOf(cooldown) })
  }

  #endOf(cooldown: Cooldown): Omit<CooldownEnd, 'kind'> {
    const { decision, until, ignored } = cooldown
    const { id, rule, targets } = decision
    return { decision: id, rule, targets, at: this.#timeline.wall(until, anchorOf(cooldown)), ignored }
  }

  #triggerOf(of: Case): Trigger {
    const { state, key, at } = of
    const { rule } = state
    const { count, value, first, last } = key.window.show()
    const [cooldown] = key.subjects.flatMap((subject) => subject.cooldown ?? [])
    const anchor =
      last !== undefined ? { at: last.at, wall: this.#evidenceOf(last).at } : cooldown && anchorOf(cooldown)
    return {
      id: `${at.toString(36)}-${(++this.#decisions).toString(36)}`,
      rule: rule.name,
      ruleHash: rule.hash,
      key: new Map(rule.groupBy.map((name, index) => [name, key.values[index] ?? ''])),
      targets: key.targets,
      at: last?.at === at ? this.#evidenceOf(last).at : this.#timeline.wall(at, anchor),
      count,
      ...(value === undefined ? {} : { value }),
      ...(first === undefined ? {} : { first: this.#evidenceOf(first) }),
      ...(last === undefined ? {} : { last: this.#evidenceOf(last) }),
      incomplete: state.gap !== undefined && span(state.gap, at) <= spanOf(rule.condition),
      policy: policyState(of),
      ...(of.by === undefined ? {} : { by: of.by }),
    }
  }

  #linesOf(window: Window, { first, last, count }: Trigger): readonly Evidence[] {
    const seen = window.latest?.(mostLines) ?? []
    if (seen.length > 0) return seen.map((one) => this.#evidenceOf(one))
    return (count === 1 ? [last] : [first, last]).filter((one) => one !== undefined)
  }

  #evidenceOf({ at, evidence }: Seen): Evidence {
    return this.#evidence.get(evidence, this.#timeline.wall(at))
  }
}

const anchorOf = ({ began, decision }: Cooldown) => ({ at: began, wall: decision.at })
