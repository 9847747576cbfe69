/** What a pool says about itself. */

import { isObject, type Queue } from '../messages.ts'

export interface PoolStatus {
  readonly manager: number
  readonly state: 'starting' | 'running' | 'upgrading' | 'stopping'
  readonly listen: string
  readonly dispatch: 'shared' | 'idle'
  readonly upSeconds: number
  /** How often code and configuration were re-read. */
  readonly reloads: number
  /** Answered by all workers since the manager's start, those that have left included. */
  readonly requests: number
  readonly workers: readonly WorkerStatus[]
  /** With `dispatch: idle`. */
  readonly queue?: Queue
  /** Number of workers that have ended, by why. */
  readonly exits: Readonly<Record<string, number>>
}

export interface WorkerStatus {
  readonly pid: number
  readonly state: string
  readonly ageSeconds: number
  readonly requests: number
  readonly active: number
  /** Share of the last second in which it had a request, 0 to 1. */
  readonly load: number
  /** Resident bytes. */
  readonly memory: number
}

/** The manager is one of ours; this tells a status from an answer of something else on the socket. */
export const isPoolStatus = (value: unknown): value is PoolStatus =>
  isObject(value) && typeof value['manager'] === 'number' && Array.isArray(value['workers'])
