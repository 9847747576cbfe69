/** A mistake of a user in a configuration, with its place. */

export interface Problem {
  readonly message: string
  /** Where in the file; absent for the command line. */
  readonly line?: number
  readonly column?: number
}

/** Everything that is wrong with a configuration, each on a line of its own as FILE:LINE:COLUMN. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(file: string | undefined, problems: readonly Problem[]) {
    const lines = problems.map(({ message, line, column }) =>
      line === undefined ? message : `${file ?? ''}:${line}:${column ?? 1}: ${message}`,
    )
    super(lines.join('\n'))
  }
}

/** The nearest of the known words, if it is near enough to be what was meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((each) => ({ each, distance: editDistance(word, each) }))
    .toSorted((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3))
    ? best.each
    : undefined
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
