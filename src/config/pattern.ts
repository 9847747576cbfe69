/** Is a regular expression one that we can run without ever stalling? Pure. */

import { RE2JS } from 're2js'

/** What is wrong with `pattern`, which is of RE2's syntax; undefined where nothing is. */
export function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern)
    return undefined
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const hint = /\(\?[=!<]/.test(pattern)
      ? '; lookaround is not supported, because it could stall the watchdog: use all, any and not instead'
      : ''
    return `expected a regular expression of RE2's syntax, got ${JSON.stringify(pattern)}: ${why}${hint}`
  }
}

/** Names of the groups that `pattern` captures; none where it is wrong. */
export function groupNames(pattern: string): readonly string[] {
  try {
    return Object.keys(RE2JS.compile(pattern).namedGroups())
  } catch {
    return []
  }
}
