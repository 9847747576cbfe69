/** The levels of log lines: what stands beside a time, and tells a line's header from its text. */

const levels: ReadonlySet<string> = new Set(
  `trace debug info information notice note warn warning error err crit critical alert emerg fatal severe panic config
   fine finer finest verbose`.split(/\s+/),
)
const longest = 11

/** The index behind the level at `at`, in capital letters or small ones; -1 where there is none. */
export function afterLevel(line: string, at: number): number {
  let end = at
  while (end - at <= longest && isLetter(line.charCodeAt(end))) end += 1
  return end - at >= 3 && isLevel(line.slice(at, end)) ? end : -1
}

export const isLevel = (word: string): boolean => levels.has(word.toLowerCase())

const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122
