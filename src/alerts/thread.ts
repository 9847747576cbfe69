/** What one alert has told and is yet to tell of one incident: repeats become one alert with a count. Pure. */

import type { Closing } from '../engine/decision.ts'
import { after, type Duration, type Instant, seconds } from '../engine/time.ts'
import { recoveredMessage } from './compose.ts'
import type { AlertMessage } from './message.ts'

export interface Thread {
  /** Of its incident and its alert together. */
  readonly id: string
  /** Grows with every change. */
  readonly revision: number
  /** Name of the alert in the rule file. */
  readonly alert: string
  /** The latest decision that it has taken: the same is not taken twice. */
  readonly decision: string
  /** When it was told last that the incident happened. */
  readonly toldAt: Instant
  /** It was told that the incident happened, and not that it is over. */
  readonly isOpen: boolean
  /** How it happened last; `times` is how often it did since it was told. */
  readonly latest: AlertMessage
  /** To be delivered, in this order. */
  readonly waiting: readonly AlertMessage[]
}

export interface Occurrence {
  readonly message: AlertMessage
  readonly now: Instant
  readonly repeatInterval: Duration
  /** Of the message that is being sent: it is no longer changed. */
  readonly inFlight?: string | undefined
}

/** How long an incident that nobody closed is remembered, so that its end can be told. */
const memory = seconds(24 * 3_600)

/** Without an interval of repeats so many wait each for itself; what happens more often has a count, too. */
const mostForThemselves = 20

/** Of what `alert` tells of `incident`. */
export const threadId = ({ alert, incident }: Pick<AlertMessage, 'alert' | 'incident'>): string =>
  `${incident}-${alert}`

/** The incident happened, once more. Returns `thread` itself where it knows of this decision. */
export function occurred(thread: Thread | undefined, occurrence: Occurrence): Thread {
  const { message, now, repeatInterval, inFlight } = occurrence
  const decision = decisionOf(message)
  if (thread === undefined) {
    const { alert } = message
    return tell({ id: threadId(message), revision: 0, alert, decision, latest: message, waiting: [] }, now)
  }
  if (thread.decision === decision) return thread
  const last = thread.waiting.at(-1)
  const isForItself = repeatInterval === 0 && thread.waiting.length < mostForThemselves
  const unsent = last === undefined || last.id === inFlight || isForItself ? undefined : last
  // It is not over after all: nobody needs to be told that it was.
  if (unsent?.status === 'recovered') return occurred(reopened(thread, unsent), occurrence)
  const waiting = unsent === undefined ? thread.waiting : thread.waiting.slice(0, -1)
  const latest = repeated(unsent ?? thread.latest, message)
  const next = { ...thread, decision, latest, waiting }
  if (unsent !== undefined) return tell(next, thread.toldAt)
  return thread.isOpen && now < after(thread.toldAt, repeatInterval) ? next : tell(next, now)
}

/** Tells of the repeats when the interval is over. */
export const settled = (thread: Thread, repeatInterval: Duration, now: Instant): Thread =>
  now < (settlesAt(thread, repeatInterval) ?? Number.POSITIVE_INFINITY) ? thread : tell(thread, now)

/** When the repeats are to be told; undefined where there are none. */
export const settlesAt = ({ latest, toldAt }: Thread, repeatInterval: Duration): Instant | undefined =>
  latest.times === 0 ? undefined : after(toldAt, repeatInterval)

/** The incident is closed: the action helped. */
export function recovered(thread: Thread, closing: Closing): Thread {
  const { isOpen, latest, waiting } = thread
  if (!isOpen) return thread
  const message = recoveredMessage(latest, closing)
  return { ...thread, isOpen: false, latest: { ...latest, times: 0 }, waiting: [...waiting, message] }
}

/** The message of that id is out of the way: delivered or given up. */
export const without = (thread: Thread, id: string): Thread => ({
  ...thread,
  waiting: thread.waiting.filter((message) => message.id !== id),
})

/** Nothing depends on it any more. */
export function isOver({ waiting, latest, isOpen, toldAt }: Thread, repeatInterval: Duration, now: Instant) {
  if (waiting.length > 0 || latest.times > 0) return false
  return !isOpen || (now >= after(toldAt, memory) && now >= after(toldAt, repeatInterval))
}

function tell(thread: Omit<Thread, 'toldAt' | 'isOpen'>, now: Instant): Thread {
  const { latest, waiting } = thread
  return {
    ...thread,
    toldAt: now,
    isOpen: true,
    latest: { ...latest, times: 0 },
    waiting: [...waiting, latest],
  }
}

/** As before the recovery, which nobody was told of. */
const reopened = (thread: Thread, { id, times, since }: AlertMessage): Thread => ({
  ...without(thread, id),
  isOpen: true,
  latest: { ...thread.latest, times, since },
})

/** `message` with how often, and since when, it happened together with what was not told before. */
const repeated = ({ since, times }: AlertMessage, message: AlertMessage): AlertMessage =>
  times === 0 ? message : { ...message, since, times: times + message.times }

const decisionOf = ({ decision }: AlertMessage): string => decision.id
