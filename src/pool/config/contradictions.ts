/** What each key for itself is right about, and what is wrong together. */

import type { PoolConfig } from './schema.ts'

export interface Contradiction {
  /** The value to blame. */
  readonly path: readonly string[]
  readonly message: string
}

export function contradictions({ workers, dispatch }: PoolConfig): readonly Contradiction[] {
  if (typeof workers !== 'object') return []
  switch (workers.mode) {
    case 'static':
      return []
    case 'ondemand':
      return dispatch === 'shared' ? [nobodyAccepts] : []
    case 'dynamic':
      return [
        ...atMost('min', workers.min, 'max', workers.max),
        ...atMost('min_spare', workers.min_spare, 'max_spare', workers.max_spare),
      ]
  }
}

const nobodyAccepts: Contradiction = {
  path: ['dispatch'],
  message:
    'dispatch: expected idle with workers of mode ondemand, got shared: nobody would accept the first request',
}

function atMost(low: string, value: number, high: string, bound: number): readonly Contradiction[] {
  if (value <= bound) return []
  const message = `workers.${low}: expected at most ${high}, which is ${bound}, got ${value}`
  return [{ path: ['workers', low], message }]
}
