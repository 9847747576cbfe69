/** Which evidence is kept no longer. Pure. */

export interface KeptFile {
  readonly name: string
  readonly bytes: number
  /** When it was written, in ms since the epoch. */
  readonly at: number
}

export interface Limits {
  readonly bytes: number
  readonly ageMs: number
}

/** Names of what is too old and, of the rest, of the oldest that do not fit; the newest always stays. */
export function surplus(files: readonly KeptFile[], now: number, limits: Limits): readonly string[] {
  const [newest, ...older] = files.toSorted((one, other) => other.at - one.at)
  if (newest === undefined) return []
  let bytes = newest.bytes
  return older
    .filter(({ bytes: size, at }) => {
      bytes += size
      return now - at > limits.ageMs || bytes > limits.bytes
    })
    .map(({ name }) => name)
}
