/** How many workers are wanted: pure. */

import type { Sizing } from '../settings.ts'

export interface Demand {
  /** Loads of the workers that serve, 0 to 1 each. */
  readonly loads: readonly number[]
  /** Requests that wait for an idle worker. */
  readonly waiting: number
  /** Requests that workers have at this moment, where that is known: with `dispatch: idle`. */
  readonly served: number
  /** How long no request came, in milliseconds. */
  readonly idleMs: number
}

/** The size that a pool starts with. One on demand starts a worker, too: it shows that the application works. */
export function firstSize(sizing: Sizing): number {
  switch (sizing.kind) {
    case 'static':
      return sizing.size
    case 'dynamic':
      return sizing.min
    case 'ondemand':
      return 1
  }
}

/** The size that a pool of this size goes on with under another sizing. */
export function sizeUnder(sizing: Sizing, size: number): number {
  switch (sizing.kind) {
    case 'static':
      return sizing.size
    case 'dynamic':
      return clamp(size, sizing.min, sizing.max)
    case 'ondemand':
      return clamp(size, 0, sizing.max)
  }
}

/** The next size, decided once a second and whenever requests wait. */
export function nextSize(sizing: Sizing, size: number, demand: Demand): number {
  const busy = demand.loads.filter((load) => load >= 0.5).length
  switch (sizing.kind) {
    case 'static':
      return sizing.size
    case 'dynamic': {
      const { min, max, minSpare, maxSpare, step } = sizing
      const spare = size - busy
      const grown = spare < minSpare ? size + Math.min(step, minSpare - spare) : size
      return clamp(spare > maxSpare ? size - 1 : grown, min, max)
    }
    case 'ondemand': {
      // Those that are being started are among `size`: they are not asked for twice.
      if (demand.waiting > 0) return clamp(Math.max(size, demand.served + demand.waiting), 1, sizing.max)
      return clamp(demand.idleMs >= sizing.idleMs ? busy : size, 0, sizing.max)
    }
  }
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))
