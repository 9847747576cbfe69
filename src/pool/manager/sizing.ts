/** How many workers are wanted: pure. */

import type { Sizing } from '../settings.ts'

export interface Demand {
  /** Loads of the workers that serve, 0 to 1 each. */
  readonly loads: readonly number[]
  /** Requests that wait for an idle worker. */
  readonly waiting: number
  /** How long no request came, in milliseconds. */
  readonly idleMs: number
}

/** The size that a pool starts with. */
export function firstSize(sizing: Sizing): number {
  switch (sizing.kind) {
    case 'static':
      return sizing.size
    case 'dynamic':
      return sizing.min
    case 'ondemand':
      return 0
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
      if (demand.waiting > 0) return clamp(size + demand.waiting, 1, sizing.max)
      return clamp(demand.idleMs >= sizing.idleMs ? busy : size, 0, sizing.max)
    }
  }
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))
