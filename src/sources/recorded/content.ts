/** Recognises what an input holds by its first bytes. Pure. */

export type Content =
  | { readonly kind: 'text' }
  /** A dump of `journalctl -o json`: one entry a line. */
  | { readonly kind: 'journal' }
  | { readonly kind: 'gzip' }
  /** Something that is not read (yet); `advice` says what to do with it. */
  | { readonly kind: 'foreign'; readonly what: string; readonly advice: string }

const magics: readonly (readonly [magic: Buffer, what: string, advice: string])[] = [
  [Buffer.from('28b52ffd', 'hex'), 'compressed by zstd', 'decompress it first: zstd -d FILE'],
  [Buffer.from('fd377a585a00', 'hex'), 'compressed by xz', 'decompress it first: xz -dk FILE'],
  [Buffer.from('BZh'), 'compressed by bzip2', 'decompress it first: bzip2 -dk FILE'],
  [Buffer.from('LPKSHHRH'), 'a journal file', 'dump it first: journalctl --file FILE -o json'],
  [Buffer.from('__CURSOR='), 'a dump of journalctl -o export', 'dump it by journalctl -o json instead'],
  [Buffer.from('{\n'), 'not one entry a line', 'dump it by journalctl -o json, not json-pretty'],
]

/** A dump that was cut at its start begins with a damaged line: so many lines are looked at. */
const linesToLookAt = 20

/** Fields that every entry has; a long entry may have some of them beyond what is looked at. */
const journalField = /"(?:__REALTIME_TIMESTAMP|__CURSOR|_BOOT_ID)"/

export const contentOf = (start: Buffer): Content => {
  if (start[0] === 0x1f && start[1] === 0x8b) return { kind: 'gzip' }
  for (const [magic, what, advice] of magics) {
    if (start.subarray(0, magic.length).equals(magic)) return { kind: 'foreign', what, advice }
  }
  const lines = start.toString('latin1').split('\n', linesToLookAt)
  const isJournal = lines.some((line) => line.startsWith('{') && journalField.test(line))
  return { kind: isJournal ? 'journal' : 'text' }
}
