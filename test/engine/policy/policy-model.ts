/**
 * One threshold rule on one unit under every policy, written as plainly as can be: lists of everything, looked through from
 * the start. Events come in order, actions end at once, and times are whole seconds since the start of the history.
 */

export interface ModelRule {
  readonly count: number
  readonly within: number
  readonly cooldown: number
  readonly grace: number
  readonly maxAge: number
  readonly mode: 'enforce' | 'simulate'
  readonly backoff?: { readonly factor: number; readonly max: number; readonly healthy: number }
  readonly budget?: { readonly actions: number; readonly per: number; readonly halfOpen?: number }
  readonly verify?: number
  readonly clear?: { readonly count: number; readonly within: number }
}

export type ModelInput =
  /** `resets`, `counts`: whether it matches `reset` and `match`. */
  | { readonly do: 'event'; readonly at: number; readonly resets: boolean; readonly counts: boolean }
  /** The machine's clock shows `at`; events after it may be older. */
  | { readonly do: 'clock'; readonly at: number }
  | {
      readonly do: 'unit'
      readonly at: number
      readonly stopped: boolean
      readonly running: boolean
      readonly disturbedAt?: number
    }
  | { readonly do: 'pause'; readonly at: number; readonly subject: 'rule' | 'unit'; readonly until?: number }
  | { readonly do: 'resume'; readonly at: number; readonly subject: 'rule' | 'unit' }
  | { readonly do: 'gap'; readonly at: number }
  | { readonly do: 'tick'; readonly at: number }

/** How long after an action of ours a restart is still taken for that action. */
const toleranceMs = 100

interface Incident {
  readonly from: number
  readonly until: number
  readonly events: number[]
}

export class PolicyModel {
  /** `12 act`, `30 budget, incomplete`, `42 recovered`. */
  readonly told: string[] = []
  escalations = 0
  future = 0
  readonly #rule: ModelRule
  /** Time does not go back. */
  #now = 0
  #window: number[] = []
  /** Why the condition, which is still true, was not acted upon. */
  #heldFor: string | undefined
  #actions: number[] = []
  #cooldownEnd = Number.NEGATIVE_INFINITY
  /** When we acted last ourselves. */
  #acted: number | undefined
  #disturbed: number | undefined
  #isStopped = false
  #isRunning = true
  #present: number | undefined
  #gap = Number.NEGATIVE_INFINITY
  #pauses = new Map<string, number>()
  #givenUp: { since: number; isTried: boolean; isHeldSince: boolean } | undefined
  /** Since the latest action: its time, and the matching events after it. */
  #unquiet: { readonly since: number; readonly events: number[] } | undefined
  #incident: Incident | undefined

  constructor(rule: ModelRule) {
    this.#rule = rule
  }

  handle(input: ModelInput): void {
    if (input.do === 'event' && this.#present !== undefined && input.at > this.#present) {
      if (input.counts) this.future++
      return
    }
    this.#now = Math.max(this.#now, input.at)
    this.#closeIncident(this.#now)
    switch (input.do) {
      case 'event':
        if (input.resets) this.#empty()
        if (input.counts) this.#count(input.at)
        break
      case 'clock':
        this.#present = input.at
        break
      case 'unit':
        this.#isStopped = input.stopped
        this.#isRunning = input.running
        if (input.disturbedAt !== undefined) this.#disturb(input.disturbedAt)
        break
      case 'pause':
        this.#pauses.set(input.subject, input.until ?? Number.POSITIVE_INFINITY)
        break
      case 'resume':
        this.#pauses.delete(input.subject)
        this.#empty()
        if (input.subject === 'rule') break
        this.#givenUp = undefined
        this.#actions = []
        break
      case 'gap':
        this.#gap = this.#now
        break
      case 'tick':
        break
    }
  }

  #empty(): void {
    this.#window = []
    this.#heldFor = undefined
  }

  #disturb(at: number): void {
    const sinceOurs = Math.round((at - (this.#acted ?? Number.NaN)) * 1_000)
    const isOurs = sinceOurs >= 0 && sinceOurs <= toleranceMs
    if (isOurs || (this.#disturbed !== undefined && at <= this.#disturbed)) return
    this.#disturbed = at
    this.#empty()
  }

  #isTrue(events: readonly number[], at: number): boolean {
    const { count, within } = this.#rule
    const first = events.at(-count)
    return first !== undefined && at - first <= within
  }

  #count(at: number): void {
    const { grace } = this.#rule
    if (this.#incident !== undefined && at >= this.#incident.from) {
      this.#incident.events.push(at)
      if (this.#isTrue(this.#incident.events, at)) this.#close(at, 'not recovered (condition)')
    }
    const isUnquiet = this.#staysUnquiet(at)
    if (at < this.#cooldownEnd) return
    if (this.#disturbed !== undefined && at < this.#disturbed + grace) return
    if (!this.#isTrue(this.#window, at)) this.#heldFor = undefined
    this.#window.push(at)
    if (this.#isTrue(this.#window, at) && !isUnquiet) this.#decide(at)
  }

  #staysUnquiet(at: number): boolean {
    const { clear } = this.#rule
    if (clear === undefined || this.#unquiet === undefined) return false
    const { since, events } = this.#unquiet
    const recent = events.filter((time) => at - time <= clear.within)
    const isQuiet = recent.length <= clear.count && at - since > clear.within
    if (isQuiet) this.#unquiet = undefined
    else events.push(at)
    return !isQuiet
  }

  #decide(at: number): void {
    const reason = this.#reasonToHold(at)
    if (reason !== undefined && reason === this.#heldFor) return
    this.#heldFor = reason
    if (reason === 'budget') this.#giveUp(at)
    this.#tell(at, reason ?? (this.#rule.mode === 'simulate' ? 'dry-run' : 'act'))
    if (reason === undefined) this.#act(at)
  }

  #reasonToHold(at: number): string | undefined {
    const isPaused = [...this.#pauses.values()].some((until) => at < until)
    if (this.#present !== undefined && this.#present - at > this.#rule.maxAge) return 'stale'
    if (isPaused) return 'paused'
    if (this.#isStopped) return 'stopped'
    const { budget } = this.#rule
    if (budget === undefined) return undefined
    if (this.#givenUp === undefined) {
      const recent = this.#actions.filter((time) => at - time <= budget.per)
      return recent.length >= budget.actions ? 'budget' : undefined
    }
    const { halfOpen } = budget
    return halfOpen === undefined || at < this.#givenUp.since + halfOpen ? 'budget' : undefined
  }

  /** The one try after `halfOpen` counts as help unless something is held back before the next action. */
  #giveUp(at: number): void {
    if (this.#givenUp !== undefined) {
      this.#givenUp.isHeldSince = true
      return
    }
    this.#givenUp = { since: at, isTried: false, isHeldSince: false }
    this.escalations++
  }

  #act(at: number): void {
    const { cooldown, backoff, mode, verify } = this.#rule
    let length = cooldown
    if (backoff !== undefined) {
      const gaps = [...this.#actions, at].map((time, index, times) => (times[index + 1] ?? at) - time)
      const before = gaps.slice(0, -1).reverse()
      const healthy = before.findIndex((gap) => gap >= backoff.healthy)
      const streak = healthy < 0 ? before.length : healthy
      length = Math.max(cooldown, Math.min(backoff.max, cooldown * backoff.factor ** streak))
    }
    this.#cooldownEnd = at + length
    this.#actions.push(at)
    if (this.#givenUp !== undefined) {
      const hasHelped = this.#givenUp.isTried && !this.#givenUp.isHeldSince
      this.#givenUp = hasHelped ? undefined : { since: at, isTried: true, isHeldSince: false }
    }
    this.#empty()
    this.#unquiet = { since: at, events: [] }
    if (mode === 'simulate') return
    this.#acted = at
    if (verify !== undefined) this.#incident = { from: at, until: at + verify, events: [] }
  }

  #closeIncident(now: number): void {
    const incident = this.#incident
    if (incident === undefined || incident.until > now) return
    this.#close(incident.until, this.#isRunning ? 'recovered' : 'not recovered (unit)')
  }

  #close(at: number, how: string): void {
    this.#incident = undefined
    if (how === 'recovered') this.#givenUp = undefined
    this.told.push(`${at} ${how}`)
  }

  #tell(at: number, decision: string): void {
    const isIncomplete = at - this.#gap <= this.#rule.within
    this.told.push(`${at} ${decision}${isIncomplete ? ', incomplete' : ''}`)
  }
}
