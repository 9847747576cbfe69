/** FastCGI bytes that went wrong, the same for the same seed. */

import { encodePairs } from '../../../src/pool/protocol/name-values.ts'
import { record, recordType, streamRecords } from '../../../src/pool/protocol/record.ts'
import { requestRecords } from './fcgi-client.ts'

export interface Mutator {
  /** A conversation of a web server with `tag` in its requests, damaged here and there. */
  conversation(tag: string): Buffer
  /** The same bytes in pieces. */
  pieces(bytes: Buffer): Buffer[]
}

export function mutator(seed: number): Mutator {
  const random = randomFrom(seed)
  const below = (bound: number): number => Math.floor(random() * bound)

  const request = (tag: string): Buffer[] => {
    const id = below(10) === 0 ? below(65_536) : 1 + below(3)
    const body = Buffer.from(tag.repeat(below(20)))
    const params = { REQUEST_METHOD: below(2) === 0 ? 'GET' : 'POST', REQUEST_URI: `/?${tag}`, HTTP_X: tag }
    return [
      ...requestRecords(id, params, below(4) > 0),
      ...streamRecords(recordType.stdin, id, body),
      record(recordType.stdin, id),
      ...(below(4) === 0 ? [record(recordType.abortRequest, id)] : []),
    ]
  }

  const management = (): Buffer =>
    record(below(2) === 0 ? recordType.getValues : below(256), 0, encodePairs([['FCGI_MAX_REQS', '']]))

  const damaged = (bytes: Buffer): Buffer => {
    const at = below(bytes.length)
    switch (below(7)) {
      case 0:
        return bytes.subarray(0, at)
      case 1:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(9))])
      case 2:
        return Buffer.concat([bytes.subarray(0, at), noise(1 + below(9)), bytes.subarray(at)])
      case 3:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(below(at + 1))])
      case 4:
        bytes[at] = [0, 1, 0x7f, 0x80, 0xff][below(5)] ?? 0
        return bytes
      default:
        bytes[at] = below(256)
        return bytes
    }
  }

  const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => below(256)))

  return {
    conversation: (tag) => {
      if (below(20) === 0) return noise(1 + below(64))
      const records = Array.from({ length: 1 + below(3) }, () =>
        below(5) === 0 ? [management()] : request(tag),
      ).flat()
      // Records of requests that are under way at the same time come in any order.
      if (below(3) === 0) records.sort(() => random() - 0.5)
      let bytes: Buffer = Buffer.concat(records)
      for (let times = below(4); times > 0 && bytes.length > 0; times -= 1) bytes = damaged(bytes)
      return bytes
    },
    pieces: (bytes) => {
      const pieces: Buffer[] = []
      for (let at = 0; at < bytes.length; ) {
        const length = below(3) === 0 ? 1 + below(16) : bytes.length
        pieces.push(bytes.subarray(at, at + length))
        at += length
      }
      return pieces
    },
  }
}

/** mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
