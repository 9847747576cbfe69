/** Name-value pairs, the content of PARAMS and GET_VALUES: each length in one byte, or in four when it is above 127. */

/** Decoded pairs; without a prototype, so that no name means anything but itself. */
export type NameValues = Readonly<Record<string, string>>

/** Whether the bytes are whole pairs, to their end. */
export function areWholePairs(bytes: Buffer): boolean {
  return walk(bytes, () => undefined)
}

/**
 * The pairs, the last one of a name winning. Text that is not ASCII is UTF-8, but for `HTTP_` names, whose values are
 * byte strings as the web's `Headers` takes them. Of bytes that are not whole pairs, those in front of the fault.
 */
export function decodePairs(bytes: Buffer): NameValues {
  const pairs: Record<string, string> = Object.create(null)
  const text = bytes.toString('latin1')
  walk(bytes, (name, value, end) => {
    const key = text.slice(name, value)
    const plain = text.slice(value, end)
    pairs[key] =
      key.startsWith('HTTP_') || !beyondAscii.test(plain) ? plain : bytes.toString('utf8', value, end)
  })
  return pairs
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

/** Calls `visit` with the offsets of each pair; false when the bytes end within one. */
function walk(bytes: Buffer, visit: (name: number, value: number, end: number) => void): boolean {
  const total = bytes.length
  let at = 0
  while (at < total) {
    let nameBytes = bytes[at++] ?? 0
    if (nameBytes > 127) {
      if (at + 3 > total) return false
      nameBytes = bytes.readUInt32BE(at - 1) & 0x7fffffff
      at += 3
    }
    if (at >= total) return false
    let valueBytes = bytes[at++] ?? 0
    if (valueBytes > 127) {
      if (at + 3 > total) return false
      valueBytes = bytes.readUInt32BE(at - 1) & 0x7fffffff
      at += 3
    }
    const value = at + nameBytes
    const end = value + valueBytes
    if (end > total) return false
    visit(at, value, end)
    at = end
  }
  return true
}
