/** Entries in the journal's native protocol. Pure. See systemd's JOURNAL_NATIVE_PROTOCOL. */

/** Names with their values, in order; a name may be repeated. Names are upper case; see systemd.journal-fields(7). */
export type JournalFields = readonly (readonly [name: string, value: string])[]

/** What is longer is cut, so that an entry always fits into one datagram. */
const valueLimitBytes = 65_536
const entryLimitBytes = 131_072

/** Fields that no longer fit are left out, the first ones being the most important. */
export function entryBytes(fields: JournalFields): Buffer {
  const parts: Buffer[] = []
  let length = 0
  for (const [name, value] of fields) {
    const part = fieldBytes(name, value)
    if (length + part.length > entryLimitBytes) break
    parts.push(part)
    length += part.length
  }
  return Buffer.concat(parts)
}

/** A value of several lines stands behind its length, so that no part of it can pass for a field. */
function fieldBytes(name: string, value: string): Buffer {
  const bytes = cut(Buffer.from(value))
  if (!bytes.includes(newline)) return Buffer.concat([Buffer.from(`${name}=`), bytes, Buffer.from('\n')])
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(bytes.length))
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')])
}

/** As `logger --journald` reads it, which knows no values of several lines: their line ends are written `\n`. */
export const entryText = (fields: JournalFields): string =>
  entryBytes(fields.map(([name, value]) => [name, value.replaceAll('\n', '\\n')] as const)).toString()

const newline = 0x0a

/** Not within a character. */
function cut(bytes: Buffer): Buffer {
  if (bytes.length <= valueLimitBytes) return bytes
  let end = valueLimitBytes
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}
