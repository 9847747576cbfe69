/** What the manager and its workers say to each other, and the parsing of it: application code shares the workers' end. */

import type { WorkerSettings } from './settings.ts'

export type ToWorker =
  | {
      readonly kind: 'start'
      readonly settings: WorkerSettings
      readonly requests: number | undefined
      readonly door: 'listen' | 'link'
      readonly maxQueue: number
    }
  /** Accept requests. Whoever has been told this may have requests: it is asked to leave when it is not needed, and not just killed. */
  | { readonly kind: 'open' }
  | { readonly kind: 'ping' }
  /** Accept nothing more, finish, end. `move`: kept connections can be handed to another process. */
  | { readonly kind: 'leave'; readonly move: boolean; readonly withinMs: number }
  /** Time is up: let the application's signals fire. */
  | { readonly kind: 'abort' }
  /** Comes with a connection. `nginx`: that is known to be at the other end. */
  | { readonly kind: 'adopt'; readonly key: string; readonly nginx: boolean }
  | { readonly kind: 'moved'; readonly key: string; readonly taken: boolean }
  /** To the dispatcher, with the link to a worker that is ready. */
  | { readonly kind: 'link'; readonly key: string }
  /** To the dispatcher: that worker is to leave. */
  | { readonly kind: 'unlink'; readonly key: string }
  | { readonly kind: 'status'; readonly key: string; readonly status: unknown }

export type FromWorker =
  /** All is there that requests need. */
  | { readonly kind: 'loaded' }
  /** It accepts requests. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'pong'; readonly report: Report }
  | { readonly kind: 'replace'; readonly because: ReplaceReason }
  /** Why this process is about to end. */
  | { readonly kind: 'reason'; readonly text: string }
  | { readonly kind: 'exit-manager'; readonly text: string }
  /** From the dispatcher: requests wait and no worker is idle; `served` are with workers. */
  | { readonly kind: 'need'; readonly waiting: number; readonly served: number }
  /** Comes with a connection. `nginx`: as in `adopt`. */
  | { readonly kind: 'move'; readonly key: string; readonly nginx: boolean }
  | { readonly kind: 'adopted'; readonly key: string }
  | { readonly kind: 'status'; readonly key: string }

/** `asked`: somebody sent the worker a signal. */
export type ReplaceReason = 'max_requests' | 'request_timeout' | 'asked'

/** How a worker fares. */
export interface Report {
  /** Answered since its start. */
  readonly requests: number
  /** Under way. */
  readonly active: number
  /** Share of the time since the last report in which any request was under way, 0 to 1. */
  readonly load: number
  /** Resident bytes. */
  readonly memory: number
  /** Of a dispatcher. */
  readonly queue?: Queue
}

export interface Queue {
  readonly waiting: number
  /** Milliseconds that the first of them has waited. */
  readonly oldestMs: number
  /** The longest wait of any request since the start, in milliseconds. */
  readonly longestMs: number
}

export function parseFromWorker(value: unknown): FromWorker | undefined {
  if (!isObject(value)) return undefined
  const { kind, key, text, because, waiting, served } = value
  switch (kind) {
    case 'loaded':
    case 'ready':
      return { kind }
    case 'pong': {
      const report = parseReport(value['report'])
      return report && { kind, report }
    }
    case 'replace':
      return because === 'max_requests' || because === 'request_timeout' || because === 'asked'
        ? { kind, because }
        : undefined
    case 'need':
      return isCount(waiting) && isCount(served) ? { kind, waiting, served } : undefined
    case 'reason':
    case 'exit-manager':
      return typeof text === 'string' ? { kind, text: text.slice(0, 2_000) } : undefined
    case 'move':
      return typeof key === 'string' ? { kind, key, nginx: value['nginx'] === true } : undefined
    case 'adopted':
    case 'status':
      return typeof key === 'string' ? { kind, key } : undefined
    default:
      return undefined
  }
}

function parseReport(value: unknown): Report | undefined {
  if (!isObject(value)) return undefined
  const { requests, active, load, memory, queue } = value
  if (!isCount(requests) || !isCount(active) || !isCount(load) || !isCount(memory)) return undefined
  const report = { requests, active, load, memory }
  if (!isObject(queue)) return report
  const { waiting, oldestMs, longestMs } = queue
  if (!isCount(waiting) || !isCount(oldestMs) || !isCount(longestMs)) return report
  return { ...report, queue: { waiting, oldestMs, longestMs } }
}

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
