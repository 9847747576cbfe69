/**
 * Name-value pairs, the content of PARAMS and GET_VALUES: each length in one byte, or in four when it is above 127. They are
 * read from text of which each character is a byte: that is kept at less cost than memory.
 */

import { PairCursor } from './pair-cursor.ts'

/** Decoded pairs; without a prototype, so that no name means anything but itself. */
export type NameValues = Readonly<Record<string, string>>

/**
 * The pairs, the last one of a name winning. Text that is not ASCII is UTF-8, but for `HTTP_` names, whose values are
 * byte strings as the web's `Headers` takes them. Of bytes that are not whole pairs, those in front of the fault.
 */
export function decodePairs(text: string): NameValues {
  const pairs: Record<string, string> = Object.create(null)
  for (const pair = new PairCursor(text); pair.next(); ) {
    const name = text.slice(pair.name, pair.value)
    pairs[name] = decoded(name, text.slice(pair.value, pair.end))
  }
  return pairs
}

/** Each pair in turn, also those of one name, decoded as by `decodePairs`. */
export function* pairsIn(text: string): Generator<readonly [name: string, value: string]> {
  for (const pair = new PairCursor(text); pair.next(); ) {
    const name = text.slice(pair.name, pair.value)
    yield [name, decoded(name, text.slice(pair.value, pair.end))]
  }
}

/** The value of one name, as `decodePairs` gives it, without decoding the others. */
export function valueIn(text: string, name: string): string | undefined {
  let start = -1
  let end = -1
  for (const pair = new PairCursor(text); pair.next(); ) {
    if (!pair.isNamed(name)) continue
    start = pair.value
    end = pair.end
  }
  return start < 0 ? undefined : decoded(name, text.slice(start, end))
}

/** The method of a request that has these params; `undefined` where they are not whole pairs, to their end. */
export function methodIn(text: string): string | undefined {
  let method = 'GET'
  const pair = new PairCursor(text)
  while (pair.next()) {
    if (pair.isNamed('REQUEST_METHOD')) method = pair.holds('GET') ? 'GET' : text.slice(pair.value, pair.end)
  }
  return pair.end === text.length ? method : undefined
}

function decoded(name: string, value: string): string {
  if (name.startsWith('HTTP_') || !beyondAscii.test(value)) return value
  return Buffer.from(value, 'latin1').toString('utf8')
}

const beyondAscii = /[\x80-\xff]/

export function encodePairs(pairs: Iterable<readonly [name: string, value: string]>): Buffer {
  const parts: Buffer[] = []
  for (const [name, value] of pairs) {
    const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)]
    parts.push(encodeLength(nameBytes.length), encodeLength(valueBytes.length), nameBytes, valueBytes)
  }
  return Buffer.concat(parts)
}

function encodeLength(length: number): Buffer {
  if (length < 128) return Buffer.of(length)
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE((length | 0x80000000) >>> 0)
  return bytes
}
