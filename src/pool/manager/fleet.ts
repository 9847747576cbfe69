/** What becomes of the workers next: pure, from their states, the number that is wanted and the time. */

import type { Times } from '../settings.ts'

export interface Member {
  readonly key: number
  /** `loaded`: a dispatcher that waits to be told to accept. `opening`: told to accept requests. `leaving`: asked to finish. `aborting`: its requests' signals have fired. `killed`: its end is awaited. */
  readonly state: 'starting' | 'loaded' | 'opening' | 'ready' | 'leaving' | 'aborting' | 'killed'
  /** When it came into this state; milliseconds of a monotonic clock, as all times here. */
  readonly since: number
  /** To be replaced: of an older generation, or used up. */
  readonly stale: boolean
  /** It is let become ready though it is stale, or nobody is wanted: requests wait for it. */
  readonly needed: boolean
  readonly load: number
  /** Pings in a row that it has not answered. */
  readonly unanswered: number
}

export interface Aim {
  /** Workers that are wanted; 0 ends them all. */
  readonly size: number
  /** Replace all at once instead of one after the other. */
  readonly parallel: boolean
  /** Workers that may be starting at the same time. */
  readonly starts: number
  /** No start before this time. */
  readonly startAfter: number
  /** Pings in a row after which a worker counts as hung. */
  readonly patience: number
  readonly times: Pick<Times, 'shutdown' | 'abort' | 'start'>
}

export type Step = { readonly kind: 'start'; readonly count: number } | WorkerStep

/** For the worker with that key. */
export type WorkerStep =
  | { readonly kind: 'leave'; readonly key: number }
  | { readonly kind: 'abort'; readonly key: number }
  | { readonly kind: 'kill'; readonly key: number; readonly because: KillReason }

export type KillReason = 'start_timeout' | 'no answer' | 'abort_timeout' | 'not needed'

export interface Plan {
  readonly steps: readonly Step[]
  /** When to plan again, if nothing happens before. */
  readonly wakeAt: number
}

export function plan(members: readonly Member[], aim: Aim, now: number): Plan {
  const deadlines = members.flatMap((member) => deadline(member, aim) ?? [])
  const steps = deadlines.filter(({ at }) => at <= now).map(({ step }) => step)
  const due = new Set(steps.flatMap((step) => (step.kind === 'start' ? [] : [step.key])))

  const alive = members.filter(({ key }) => !due.has(key))
  const starting = alive.filter(({ state }) => ['starting', 'loaded', 'opening'].includes(state))
  const serving = alive.filter(({ state }) => state === 'ready')
  const fresh = serving.filter(({ stale }) => !stale)
  const coming = starting.filter(({ stale }) => !stale)

  for (const { key, state } of starting.filter(({ stale, needed }) => !needed && (stale || aim.size === 0))) {
    // One that opens may have requests already.
    steps.push(state === 'opening' ? { kind: 'leave', key } : { kind: 'kill', key, because: 'not needed' })
  }
  for (const { key } of surplus(serving, fresh, aim)) steps.push({ kind: 'leave', key })

  const missing = Math.min(aim.size - fresh.length - coming.length, aim.starts - coming.length)
  if (missing > 0 && now >= aim.startAfter) steps.push({ kind: 'start', count: missing })

  const later = deadlines.map(({ at }) => at).filter((at) => at > now)
  if (missing > 0 && now < aim.startAfter) later.push(aim.startAfter)
  return { steps, wakeAt: Math.min(...later, Number.POSITIVE_INFINITY) }
}

/** Those who can leave without fewer than wanted remaining: the stale first, of the others the least busy. */
function surplus(serving: readonly Member[], fresh: readonly Member[], aim: Aim): readonly Member[] {
  if (aim.size === 0) return serving
  const stale = serving.filter((member) => member.stale)
  if (aim.parallel && fresh.length < aim.size) return []
  const excess = Math.max(0, serving.length - aim.size)
  const idlest = fresh.toSorted((a, b) => a.load - b.load)
  return [...stale, ...idlest].slice(0, excess)
}

function deadline(
  member: Member,
  { times, patience }: Aim,
): { readonly at: number; readonly step: Step } | undefined {
  const { key, since } = member
  switch (member.state) {
    case 'starting':
    case 'opening':
      return { at: since + times.start, step: { kind: 'kill', key, because: 'start_timeout' } }
    case 'ready':
      return member.unanswered < patience
        ? undefined
        : { at: since, step: { kind: 'kill', key, because: 'no answer' } }
    case 'leaving':
      return { at: since + times.shutdown, step: { kind: 'abort', key } }
    case 'aborting':
      return { at: since + times.abort, step: { kind: 'kill', key, because: 'abort_timeout' } }
    case 'loaded':
    case 'killed':
      return undefined
  }
}
