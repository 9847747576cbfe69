/** What a pool is told to do, checked and complete; the configuration file's words are in `config/`. */

import type { Limits } from './responder/intake.ts'

export interface PoolSettings {
  readonly listen: ListenSpec
  readonly sizing: Sizing
  readonly dispatch: 'shared' | 'idle'
  readonly reload: 'rolling' | 'parallel'
  /** Working directory of the workers. */
  readonly directory: string
  readonly worker: WorkerSettings
  readonly times: Times
  /** Planned replacement after so many requests; each worker's own number is up to a tenth lower or higher. */
  readonly maxRequests: number | undefined
  /** Resident bytes above which a worker is replaced. */
  readonly maxMemory: number | undefined
  /** Requests that may wait for an idle worker, with `dispatch: idle`. */
  readonly maxQueue: number
  /** The configuration file is watched, and its changes are a reload. */
  readonly watch: boolean
  /** Path of the manager's control socket. */
  readonly control: string | undefined
}

export type ListenSpec =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'unix'
      readonly path: string
      readonly mode: number
      readonly owner: string | undefined
      readonly group: string | undefined
    }
  /** A listening descriptor that this process was started with. */
  | { readonly kind: 'descriptor'; readonly fd: number }

export type Sizing =
  | { readonly kind: 'static'; readonly size: number }
  | {
      readonly kind: 'dynamic'
      readonly min: number
      readonly max: number
      readonly minSpare: number
      readonly maxSpare: number
      /** The most that are started in a second. */
      readonly step: number
    }
  | { readonly kind: 'ondemand'; readonly max: number; readonly idleMs: number }

/** All in milliseconds. */
export interface Times {
  readonly shutdown: number
  readonly abort: number
  readonly start: number
  readonly answer: number
  readonly upgrade: number
  readonly restartDelay: number
}

/** What a worker process is told; plain JSON. */
export interface WorkerSettings {
  readonly app: string
  readonly preload: readonly PreloadSpec[]
  readonly limits: Limits
  readonly requestTimeoutMs: number
  readonly inputTimeoutMs: number
  readonly outputTimeoutMs: number
  readonly pingPath?: string
  readonly statusPath?: string
  readonly faults?: Faults
}

export interface PreloadSpec {
  readonly module: string
  /** Name of an export → what `typeof` must say of it, or `any`. */
  readonly exports: Readonly<Record<string, string>>
}

/** Failures on demand; each path is exact, and only a configuration can name one. */
export interface Faults {
  readonly crashAtStart?: number
  readonly missingExport?: string
  readonly preloadStallMs?: number
  readonly crashPath?: string
  readonly leakPath?: string
  readonly hangPath?: string
}
