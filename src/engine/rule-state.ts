/** One rule at work: its matchers, its keys with their windows, its counts. */

import { compileMatch, type Matcher } from '../match/compile-match.ts'
import type { Cost } from './cost-meter.ts'
import type { HoldReason } from './decision.ts'
import { type KeySaved, type RuleSaved, saveDecision } from './engine-state.ts'
import type { LogEvent } from './event.ts'
import { EventRing } from './event-ring.ts'
import { type Incident, restoreIncident } from './incident.ts'
import { keyId, keyValues } from './key.ts'
import { type Linked, RecentMap } from './recent-map.ts'
import type { Action, Rule } from './rule.ts'
import type { RuleStatus } from './status.ts'
import {
  type Cooldown,
  cools,
  inGrace,
  newSubject,
  restoreSubject,
  type Subject,
  saveSubject,
} from './subject.ts'
import { actsOnUnit, isTemplate, resolveActions } from './target.ts'
import { after, type Instant, instant, span } from './time.ts'
import type { Units } from './units.ts'
import { type CreateWindow, compileCondition } from './windows/compile-condition.ts'
import { spanOf } from './windows/condition-span.ts'
import type { Sample, Window } from './windows/window.ts'
import type { Witness } from './witness.ts'

/** A key and all that is remembered of it. */
export interface KeyState extends Linked<KeyState> {
  /** Values of `group_by`, in its order. */
  readonly values: readonly string[]
  /** The first whole second behind all its events: a small number, which takes no memory of its own. */
  usedSecond: number
  readonly window: Window
  readonly actions: readonly Action[]
  readonly targets: readonly string[]
  /** The key names only units that the rule may act upon. */
  readonly allowed: boolean
  /** What enters a cooldown when the rule acts: the units, or the key itself, once it is needed, where there are none. */
  subjects: readonly Subject[]
  /** Whose cooldowns are kept: for a simulated rule those of real actions, too. */
  respected: readonly Subject[]
  /** Why the trigger that still holds was not acted upon. */
  heldFor: HoldReason | undefined
  /** What had happened to its subjects and its rule when the window was last looked at. */
  epoch: number
  /** Since a trigger: the matching events that must become fewer before there is another one. */
  unclear: Unclear | undefined
  /** An action whose worth is being judged. */
  incident: Incident | undefined
  /** When the engine will look whether the window has waited long enough. */
  awaited: Instant | undefined
  /** It had to go because there were too many keys: nothing comes of it any more. */
  gone: boolean
}

export interface Unclear {
  readonly since: Instant
  /** The latest ones, one more than may be when it is quiet. */
  readonly events: EventRing
}

/** What a key's actions are, and what they concern. */
type Doing = Pick<KeyState, 'actions' | 'targets' | 'allowed' | 'subjects' | 'respected'>

/** An event that a rule takes when all that may come before it have come. */
export interface Waiting {
  readonly sample: Sample
  readonly event: LogEvent
}

export class RuleState {
  readonly rule: Rule
  readonly match: Matcher
  readonly isReset: Matcher | undefined
  readonly createWindow: CreateWindow
  readonly #units: Units
  readonly #witness: Witness | undefined
  #keys: RecentMap<KeyState>
  /** What all keys share, unless they choose units. */
  readonly #common: Doing | undefined
  /** Raised when all windows of the rule start again from nothing. */
  #epoch = 0
  #clearedAt = instant(0)
  /** Time of the latest matching event. */
  latest: Instant | undefined
  /** Latest time at which events may be missing. */
  gap: Instant | undefined
  deaf = false
  /** It has seen time pass. */
  started = false
  /** Since when an event has been expected that none has come. */
  listening: Instant | undefined
  /** It sees no events until it is resumed; a restart of the watchdog gives it another chance. */
  isSetAside = false
  readonly cost: Cost = { spent: 0 }
  /** Events that wait for others that may come before them. */
  readonly waiting = new Set<Waiting>()
  readonly counts = { matched: 0, ignored: 0, late: 0, future: 0, acted: 0, held: 0, notRecovered: 0 }

  constructor(rule: Rule, units: Units, witness?: Witness) {
    this.rule = rule
    this.#witness = witness
    this.match = compileMatch(rule.match)
    this.isReset = rule.reset === undefined ? undefined : compileMatch(rule.reset)
    this.createWindow = compileCondition(rule.condition, rule.lateness)
    this.#units = units
    this.#keys = this.#newKeys()
    this.#common = rule.actions.some((action) => actsOnUnit(action) && isTemplate(action.unit))
      ? undefined
      : this.#resolve([])
  }

  keyOf(event: LogEvent, captures: ReadonlyMap<string, string>, at: Instant): KeyState {
    const key = this.key(keyValues(this.rule.groupBy, event, captures), at)
    key.usedSecond = Math.max(key.usedSecond, secondBehind(at))
    return key
  }

  /** The state of the key with these values, which is new to the rule at `at` if it has none. */
  key(values: readonly string[], at: Instant): KeyState {
    return this.#keys.use(keyId(values), () => this.#create(values, at))
  }

  /** The state of the key with these values, if it has one. */
  find(values: readonly string[]): KeyState | undefined {
    return this.#keys.peek(keyId(values))
  }

  /** The cooldown into which an event of `key` at that time falls. */
  cooldownOf({ respected }: KeyState, at: Instant): Cooldown | undefined {
    for (const { cooldown } of respected) if (cooldown !== undefined && cools(cooldown, at)) return cooldown
    return undefined
  }

  isInGrace({ respected }: KeyState, at: Instant): boolean {
    return respected.some((subject) => inGrace(subject, this.rule.grace, at))
  }

  /** Empties the window when something was done, by whoever it was, since it was last looked at. */
  startAgain(key: KeyState): void {
    const epoch = this.#epochOf(key)
    if (epoch === key.epoch) return
    key.epoch = epoch
    this.empty(key, this.#quietUntil(key))
  }

  empty(key: KeyState, at: Instant): void {
    key.window.clear(at)
    key.heldFor = undefined
    this.#witness?.emptied?.(this.rule.name, key.values)
  }

  /** Every window of the rule starts again from nothing at `at`. */
  emptyAll(at: Instant): void {
    this.#epoch++
    this.#clearedAt = at
  }

  /** Whether an event of that time is in time; one that is too late is counted and dropped. */
  accepts(at: Instant): boolean {
    this.counts.matched++
    if (this.latest !== undefined && after(at, this.rule.lateness) < this.latest) {
      this.counts.late++
      return false
    }
    if (this.latest === undefined || at > this.latest) this.latest = at
    this.deaf = false
    return true
  }

  /** Takes a matching event; whether its key has not been quiet since its last trigger. */
  isUnclear(key: KeyState, { at, evidence }: Sample): boolean {
    const { clear } = this.rule
    const { unclear } = key
    if (clear === undefined || unclear === undefined) return false
    const { since, events } = unclear
    // Just before this event its span is the emptiest since the event before.
    const isFew = events.size <= clear.count || span(events.timeAt(0), at) > clear.within
    if (isFew && span(since, at) > clear.within) {
      key.unclear = undefined
      return false
    }
    events.add(at, evidence)
    return true
  }

  /** Whether the rule's condition says nothing before its events are in the order of their times. */
  get isOrdered(): boolean {
    const { kind } = this.rule.condition
    return kind === 'absence' || kind === 'sequence'
  }

  get keys(): Iterable<KeyState> {
    return this.#keys.values()
  }

  /** The keys that were used last, the latest first. */
  latestKeys(most: number): readonly KeyState[] {
    return this.#keys.latest(most)
  }

  /** `indexOf` numbers the cooldowns. */
  save(indexOf: (cooldown: Cooldown) => number): RuleSaved {
    const { rule, latest, gap, listening, deaf, counts } = this
    return {
      name: rule.name,
      hash: rule.hash,
      epoch: this.#epoch,
      clearedAt: this.#clearedAt,
      ...(latest === undefined ? {} : { latest }),
      ...(gap === undefined ? {} : { gap }),
      ...(listening === undefined ? {} : { listening }),
      deaf,
      started: this.started,
      counts: { ...counts },
      evicted: this.#keys.evicted,
      keys: [...this.#keys.values()].map((key) => saveKey(key, indexOf)),
      waiting: [...this.waiting].map(({ sample, event }) => ({
        at: sample.at,
        evidence: sample.evidence,
        captures: [...sample.captures].map(([name, value]) => [name, value] as const),
        event: { ...event, fields: [...event.fields] },
      })),
    }
  }

  /** Takes up what the same rule saved; the caller sees to what is awaited. */
  restore(saved: RuleSaved, cooldowns: readonly Cooldown[]): void {
    this.#epoch = saved.epoch
    this.#keys = this.#newKeys(saved.evicted)
    this.#clearedAt = saved.clearedAt
    this.gap = saved.gap
    this.listening = saved.listening
    this.deaf = saved.deaf
    this.started = saved.started
    Object.assign(this.counts, saved.counts)
    for (const key of saved.keys) this.#restoreKey(key, saved.latest ?? instant(0), cooldowns)
    // Not before, or keys that may be forgotten would be.
    this.latest = saved.latest
    for (const { at, evidence, captures, event } of saved.waiting) {
      const whole = { ...event, fields: new Map(event.fields) }
      this.waiting.add({ sample: { at, evidence, event: whole, captures: new Map(captures) }, event: whole })
    }
  }

  #restoreKey(saved: KeySaved, latest: Instant, cooldowns: readonly Cooldown[]): void {
    const key = this.key(saved.values, latest)
    if (saved.usedSecond !== undefined) key.usedSecond = saved.usedSecond
    // What cannot be taken up starts again from nothing.
    if (!key.window.restore(saved.window)) return
    key.epoch = saved.epoch
    key.heldFor = saved.heldFor
    key.awaited = saved.awaited
    if (saved.own !== undefined && key.subjects.length === 0) {
      const own = this.stand(key)
      restoreSubject(own, saved.own, cooldowns)
    }
    const { clear, verify } = this.rule
    if (saved.unclear !== undefined && clear !== undefined) {
      const events = new EventRing(clear.count + 1)
      for (const [at, evidence] of saved.unclear.events) events.add(at, evidence)
      key.unclear = { since: saved.unclear.since, events }
    }
    if (saved.incident !== undefined && verify !== undefined) {
      key.incident = restoreIncident(saved.incident, verify, this.createWindow)
    }
  }

  status(): RuleStatus {
    return {
      rule: this.rule.name,
      ...this.counts,
      keys: this.#keys.size,
      evicted: this.#keys.evicted,
      spent: this.cost.spent,
      setAside: this.isSetAside,
    }
  }

  /** Makes the key stand for itself where its rule names no unit. */
  stand(key: KeyState): Subject {
    const [first] = key.subjects
    if (first !== undefined) return first
    const own = newSubject('', this.rule.mode)
    key.subjects = [own]
    key.respected = key.subjects
    return own
  }

  #newKeys(evicted = 0): RecentMap<KeyState> {
    const isSpent = (key: KeyState): boolean => this.#isSpent(key)
    return new RecentMap(this.rule.maxKeys, { idOf, onEvicted: letGo, isSpent }, evicted)
  }

  /** Whether nothing that is known of the key can matter to an event that is still in time. */
  #isSpent({ usedSecond, unclear, incident, awaited, respected }: KeyState): boolean {
    const { condition, lateness } = this.rule
    if (condition.kind === 'absence' || condition.kind === 'spike' || this.latest === undefined) return false
    if (span(instant(usedSecond * second), this.latest) <= spanOf(condition) + lateness) return false
    if (unclear !== undefined || incident !== undefined || awaited !== undefined) return false
    // What was done for a key that stands for itself is known of no one else.
    return respected.every(({ unit, cooldown }) => unit !== '' && cooldown?.acting !== true)
  }

  #create(values: readonly string[], at: Instant): KeyState {
    const key: KeyState = {
      values,
      usedSecond: secondBehind(at),
      window: this.createWindow(at),
      ...(this.#common ?? this.#resolve(values)),
      heldFor: undefined,
      epoch: 0,
      unclear: undefined,
      incident: undefined,
      awaited: undefined,
      gone: false,
      older: undefined,
      newer: undefined,
    }
    key.epoch = this.#epochOf(key)
    return key
  }

  #resolve(values: readonly string[]): Doing {
    const { rule } = this
    const { actions, targets, allowed } = resolveActions(rule, values)
    const units = allowed ? targets : []
    const subjects = units.map((unit) => this.#units.subject(unit, rule.mode))
    const real = rule.mode === 'enforce' ? [] : units.map((unit) => this.#units.subject(unit, 'enforce'))
    return { actions, targets, allowed, subjects, respected: [...subjects, ...real] }
  }

  #epochOf({ respected }: KeyState): number {
    return respected.reduce((sum, { epoch }) => sum + epoch, this.#epoch)
  }

  /** The end of whatever made the window start again. */
  #quietUntil({ respected }: KeyState): Instant {
    let until = this.#clearedAt
    for (const { cooldown, disturbed } of respected) {
      if (cooldown !== undefined && cooldown.until > until) until = cooldown.until
      if (disturbed === undefined) continue
      const graceEnd = after(disturbed, this.rule.grace)
      if (graceEnd > until) until = graceEnd
    }
    return until
  }
}

const second = 1_000_000
const secondBehind = (at: Instant): number => Math.ceil(at / second)

const idOf = ({ values }: KeyState): string => keyId(values)

function letGo(key: KeyState): void {
  key.gone = true
  key.incident = undefined
}

function saveKey(key: KeyState, indexOf: (cooldown: Cooldown) => number): KeySaved {
  const { heldFor, awaited, unclear, incident } = key
  const [own] = key.subjects
  return {
    values: key.values,
    usedSecond: key.usedSecond,
    window: key.window.save(),
    epoch: key.epoch,
    ...(heldFor === undefined ? {} : { heldFor }),
    ...(awaited === undefined ? {} : { awaited }),
    ...(unclear === undefined ? {} : { unclear: { since: unclear.since, events: unclear.events.toArray() } }),
    ...(incident === undefined
      ? {}
      : {
          incident: {
            decision: saveDecision(incident.decision),
            from: incident.from,
            until: incident.until,
            window: incident.window.save(),
            closed: incident.closed,
          },
        }),
    ...(own?.unit === '' ? { own: saveSubject(own, indexOf) } : {}),
  }
}
