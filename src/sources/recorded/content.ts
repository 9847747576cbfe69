/** Recognises what an input holds by its first bytes. Pure. */

export type Compression = 'gzip' | 'zstd' | 'xz'

export type Content =
  | { readonly kind: 'text' }
  /** A dump of `journalctl -o json`: one entry a line. */
  | { readonly kind: 'journal' }
  /** A dump of `journalctl -o export`. */
  | { readonly kind: 'export' }
  /** A file of journald's own. */
  | { readonly kind: 'journal-file' }
  | { readonly kind: Compression }
  /** Something that is not read (yet); `advice` says what to do with it. */
  | { readonly kind: 'foreign'; readonly what: string; readonly advice: string }

const compressions: readonly (readonly [magic: Buffer, kind: Compression])[] = [
  [Buffer.from('1f8b', 'hex'), 'gzip'],
  [Buffer.from('28b52ffd', 'hex'), 'zstd'],
  [Buffer.from('fd377a585a00', 'hex'), 'xz'],
]

const magics: readonly (readonly [magic: Buffer, what: string, advice: string])[] = [
  [Buffer.from('BZh'), 'compressed by bzip2', 'decompress it first: bzip2 -dk FILE'],
  [Buffer.from('{\n'), 'not one entry a line', 'dump it by journalctl -o json, not json-pretty'],
]

const journalMagic = Buffer.from('LPKSHHRH')
/** Each entry begins with its address. */
const exportField = /^__(?:CURSOR|REALTIME_TIMESTAMP|SEQNUM)=/

/** A dump that was cut at its start begins with a damaged line: so many lines are looked at. */
const linesToLookAt = 20

/** Fields that every entry has; a long entry may have some of them beyond what is looked at. */
const journalField = /"(?:__REALTIME_TIMESTAMP|__CURSOR|_BOOT_ID)"/

export const contentOf = (bytes: Uint8Array): Content => {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (const [magic, kind] of compressions) {
    if (start.subarray(0, magic.length).equals(magic)) return { kind }
  }
  if (start.subarray(0, journalMagic.length).equals(journalMagic)) return { kind: 'journal-file' }
  if (exportField.test(start.toString('latin1', 0, 64))) return { kind: 'export' }
  for (const [magic, what, advice] of magics) {
    if (start.subarray(0, magic.length).equals(magic)) return { kind: 'foreign', what, advice }
  }
  const lines = start.toString('latin1').split('\n', linesToLookAt)
  const isJournal = lines.some((line) => line.startsWith('{') && journalField.test(line))
  return { kind: isJournal ? 'journal' : 'text' }
}
