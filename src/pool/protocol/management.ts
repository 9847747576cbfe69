/** Answers to management records, those of request id 0. */

import { decodePairs, encodePairs } from './name-values.ts'
import { record, recordType } from './record.ts'

export interface Capacity {
  /** Connections that are served at the same time. */
  readonly connections: number
  /** Requests that are served at the same time, over all connections. */
  readonly requests: number
}

/**
 * The answer to a management record of `type`: the values asked for that we know, or that we do not know the type. `content`:
 * each byte a character.
 */
export function answerManagement(type: number, content: string, capacity: Capacity): Buffer {
  if (type !== recordType.getValues) {
    return record(recordType.unknownType, 0, Uint8Array.of(type, 0, 0, 0, 0, 0, 0, 0))
  }
  const known: readonly (readonly [string, string])[] = [
    ['FCGI_MAX_CONNS', String(capacity.connections)],
    ['FCGI_MAX_REQS', String(capacity.requests)],
    ['FCGI_MPXS_CONNS', '1'],
  ]
  const asked = decodePairs(content)
  return record(
    recordType.getValuesResult,
    0,
    encodePairs(known.filter(([name]) => asked[name] !== undefined)),
  )
}
