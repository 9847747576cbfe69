/** Name-value pairs, the content of PARAMS and GET_VALUES: each length in one byte, or in four when it is above 127. */

import { PairCursor } from './pair-cursor.ts'

/** Decoded pairs; without a prototype, so that no name means anything but itself. */
export type NameValues = Readonly<Record<string, string>>

/**
 * The pairs, the last one of a name winning. Text that is not ASCII is UTF-8, but for `HTTP_` names, whose values are
 * byte strings as the web's `Headers` takes them. Of bytes that are not whole pairs, those in front of the fault.
 */
export function decodePairs(bytes: Buffer): NameValues {
  const pairs: Record<string, string> = Object.create(null)
  const text = bytes.toString('latin1')
  for (const pair = new PairCursor(bytes); pair.next(); ) {
    const key = text.slice(pair.name, pair.value)
    pairs[key] = textOf(bytes, key, text.slice(pair.value, pair.end), pair.value, pair.end)
  }
  return pairs
}

/** The value of one name, as `decodePairs` gives it, without decoding the others. */
export function valueIn(bytes: Buffer, name: string): string | undefined {
  let start = -1
  let end = -1
  for (const pair = new PairCursor(bytes); pair.next(); ) {
    if (!pair.isNamed(name)) continue
    start = pair.value
    end = pair.end
  }
  return start < 0 ? undefined : textOf(bytes, name, bytes.toString('latin1', start, end), start, end)
}

/** The method of a request that has these params; `undefined` where they are not whole pairs, to their end. */
export function methodIn(bytes: Buffer): string | undefined {
  let method = 'GET'
  const pair = new PairCursor(bytes)
  while (pair.next()) {
    if (pair.isNamed('REQUEST_METHOD'))
      method = pair.holds('GET') ? 'GET' : bytes.toString('latin1', pair.value, pair.end)
  }
  return pair.end === bytes.length ? method : undefined
}

/** `plain`: the bytes of the value as Latin-1. */
function textOf(bytes: Buffer, name: string, plain: string, start: number, end: number): string {
  return name.startsWith('HTTP_') || !beyondAscii.test(plain) ? plain : bytes.toString('utf8', start, end)
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
