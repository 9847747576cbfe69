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
    pairs[key] = textOf(bytes, key, text.slice(value, end), value, end)
  })
  return pairs
}

/** The value of one name, as `decodePairs` gives it, without decoding the others. */
export function valueIn(bytes: Buffer, name: string): string | undefined {
  let start = -1
  let end = -1
  walk(bytes, (nameAt, valueAt, valueEnd) => {
    if (valueAt - nameAt !== name.length || !isAt(bytes, nameAt, name)) return
    start = valueAt
    end = valueEnd
  })
  return start < 0 ? undefined : textOf(bytes, name, bytes.toString('latin1', start, end), start, end)
}

function isAt(bytes: Buffer, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (bytes[at + index] !== name.charCodeAt(index)) return false
  }
  return true
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
