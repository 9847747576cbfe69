/** Takes in what alerts are to tell, keeps it, and has it delivered apart from everything else. */

import { isDeepStrictEqual } from 'node:util'
import type { Incident } from '../actions/incident.ts'
import type { AlertSpec } from '../config/alert-spec.ts'
import type { Closing } from '../engine/decision.ts'
import type { Attempt } from '../engine/input.ts'
import type { AlertAction } from '../engine/rule.ts'
import { after, type Instant, instant, seconds } from '../engine/time.ts'
import type { Clock } from '../platform/clock.ts'
import { unlessAborted } from '../platform/unless-aborted.ts'
import { deliver } from './channels/channel.ts'
import { firingMessage, incidentsOf } from './compose.ts'
import { Courier } from './courier.ts'
import type { AlertMessage } from './message.ts'
import type { AlertNotice } from './notice.ts'
import type { Outbox } from './outbox.ts'
import { isOver, occurred, recovered, settled, settlesAt, type Thread, threadId, without } from './thread.ts'
import { Threads } from './threads.ts'
import { summaryOf } from './words.ts'

export interface DeskOptions {
  /** By the name of the alert. */
  readonly specs: ReadonlyMap<string, AlertSpec>
  readonly outbox: Outbox
  /** What the state of the watchdog holds that may have missed the outbox. */
  readonly unkept: readonly Thread[]
  readonly clock: Clock
  readonly host: string
  /** Directory of systemd's credentials. */
  readonly credentials: string | undefined
  readonly notify: (notice: AlertNotice) => void
  readonly random: () => number
}

/** What nobody took for so long is news no more. */
const longestWait = seconds(7 * 24 * 3_600)
const withoutSpec = 'the rule file has no such alert any more'
/** How often is looked for what is too old. */
const housekeeping = seconds(600)

export class AlertDesk {
  readonly #options: DeskOptions
  readonly #threads = new Threads()
  readonly #couriers = new Map<string, Courier>()
  #timer: { readonly at: Instant; readonly callOff: () => void } | undefined
  #specs: ReadonlyMap<string, AlertSpec>
  #isClosed = false
  #dropped = 0

  constructor(options: DeskOptions) {
    this.#options = options
    this.#specs = options.specs
    for (const thread of options.outbox.load().toSorted(byTime)) this.#threads.set(thread)
    for (const thread of options.unkept) {
      const kept = this.#threads.get(thread.id)
      if (kept === undefined || kept.revision < thread.revision) void this.#change(thread)
    }
    this.use(options.specs)
  }

  /** Other alerts from now on. What waits for one that has changed is tried at once; for one that is gone, dropped. */
  use(specs: ReadonlyMap<string, AlertSpec>): void {
    const before = this.#specs
    this.#specs = specs
    for (const [name, courier] of this.#couriers) {
      if (isDeepStrictEqual(specs.get(name), before.get(name))) continue
      this.#couriers.delete(name)
      void courier.stop()
    }
    for (const name of specs.keys()) {
      if (!this.#couriers.has(name)) this.#couriers.set(name, this.#courier(name))
    }
    for (const thread of this.#threads.all) {
      if (specs.has(thread.alert)) this.#handOver(thread)
      else this.#drop(thread, withoutSpec)
    }
    this.#keepHouse()
  }

  /** As `Actuator.perform`: it has succeeded when the alert is kept. */
  async perform(action: AlertAction, incident: Incident): Promise<Attempt> {
    const { clock, host } = this.#options
    const spec = this.#specs.get(action.alert)
    if (spec === undefined)
      return { action, result: 'failed', message: `the rule file has no alert ${action.alert} any more` }
    const message = firingMessage(action.alert, incident, host)
    const { repeatInterval } = spec
    const inFlight = this.#couriers.get(action.alert)?.inFlight
    const before = this.#threads.get(threadId(message))
    const thread = occurred(before, { message, now: clock.now(), repeatInterval, inFlight })
    await this.#change(thread)
    return { action, result: 'done' }
  }

  /** Whoever was told of the incident is told that it is over. */
  closed(closing: Closing): void {
    if (!closing.recovered) return
    for (const incident of incidentsOf(closing.decision, this.#options.host)) {
      for (const alert of this.#specs.keys()) {
        const thread = this.#threads.get(threadId({ alert, incident }))
        if (thread !== undefined) void this.#change(recovered(thread, closing))
      }
    }
  }

  /** What the outbox does not hold yet: whoever keeps the state of the watchdog keeps it, too. */
  unkept(): readonly Thread[] {
    return this.#options.outbox.unkept()
  }

  /** Delivers for so long what can be delivered at once. What then waits stays in the outbox. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true
    this.#timer?.callOff()
    const couriers = [...this.#couriers.values()]
    await unlessAborted(
      Promise.all(couriers.map((courier) => courier.atRest())),
      AbortSignal.timeout(graceMs),
    )
    await Promise.all(couriers.map((courier) => courier.stop()))
  }

  /** Alerts that are not delivered. */
  get waiting(): number {
    return this.#threads.waiting
  }

  #courier(name: string): Courier {
    const { notify, random, clock, credentials } = this.#options
    return new Courier({
      name,
      notify,
      random,
      nextOf: (id) => this.#threads.get(id)?.waiting[0],
      deliver: async (message, signal) => {
        const spec = this.#specs.get(name)
        if (spec === undefined) return { kind: 'refused', why: withoutSpec }
        return await deliver(spec, message, { credentials, now: clock.now(), signal })
      },
      done: (id, message) => this.#outOfTheWay(id, message),
    })
  }

  #handOver({ id, alert, waiting }: Thread): void {
    if (waiting.length > 0) this.#couriers.get(alert)?.add(id)
  }

  /** Tells of what is lost with it. */
  #drop({ id, latest, waiting }: Thread, why: string): void {
    this.#threads.delete(id)
    const lost = latest.times > 0 ? [...waiting, latest] : waiting
    for (const message of lost) this.#tellDropped(message, why)
    void this.#options.outbox.remove(id)
  }

  #change(thread: Thread): Promise<void> {
    const { outbox, clock } = this.#options
    const before = this.#threads.get(thread.id)
    if (before === thread) return Promise.resolve()
    const interval = this.#intervalOf(thread)
    if (isOver(thread, interval, clock.now())) {
      this.#threads.delete(thread.id)
      return outbox.remove(thread.id)
    }
    const next = { ...thread, revision: thread.revision + 1 }
    this.#threads.set(next)
    this.#handOver(next)
    const kept = outbox.put(next)
    for (let one = this.#threads.surplus; one !== undefined; one = this.#threads.surplus)
      this.#drop(one, 'too many wait')
    this.#wakeAt(settlesAt(next, interval) ?? after(clock.now(), housekeeping))
    return kept
  }

  async #outOfTheWay(id: string, message: AlertMessage): Promise<void> {
    const thread = this.#threads.get(id)
    if (thread !== undefined) await this.#change(without(thread, message.id))
  }

  /** Tells of repeats whose interval is over, and forgets what is over or too old. */
  #keepHouse(): void {
    this.#timer?.callOff()
    this.#timer = undefined
    const now = this.#options.clock.now()
    const oldest = now - longestWait
    for (const thread of this.#threads.all) {
      const old = thread.waiting.filter(({ time }) => Date.parse(time) * 1_000 < oldest)
      for (const message of old) this.#tellDropped(message, 'nobody took it for a week')
      const young = old.reduce((rest, { id }) => without(rest, id), thread)
      const next = settled(young, this.#intervalOf(thread), now)
      if (next !== thread || isOver(thread, this.#intervalOf(thread), now)) void this.#change({ ...next })
    }
    const { all } = this.#threads
    const times = all.flatMap((thread) => settlesAt(thread, this.#intervalOf(thread)) ?? [])
    if (all.length > 0) this.#wakeAt(instant(Math.min(after(now, housekeeping), ...times)))
  }

  #wakeAt(at: Instant): void {
    if (this.#isClosed || (this.#timer !== undefined && this.#timer.at <= at)) return
    this.#timer?.callOff()
    this.#timer = { at, callOff: this.#options.clock.at(at, () => this.#keepHouse()) }
  }

  #intervalOf({ alert }: Thread) {
    return this.#specs.get(alert)?.repeatInterval ?? seconds(0)
  }

  /** Where many are dropped, ever more rarely. */
  #tellDropped(message: AlertMessage, why: string): void {
    this.#dropped++
    if (this.#dropped > 100 && this.#dropped % 100 !== 0) return
    const all = this.#dropped > 100 ? `, ${this.#dropped} so far` : ''
    const { alert } = message
    this.#options.notify({
      kind: 'dropped',
      alert,
      message: `alert ${alert} is dropped, for ${why}${all}: ${summaryOf(message)}`,
    })
  }
}

const byTime = (one: Thread, other: Thread): number => one.toldAt - other.toldAt
