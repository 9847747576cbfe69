/** Regular expressions that cannot stall us: RE2's syntax. Pure. */

import { RE2JS, RE2JSSyntaxException } from 're2js'
import { expectedGot, Mistake, quoted } from './mistake.ts'

/** Completes "expected …". */
export const patternWords = 'a regular expression (RE2 syntax)'

/** `pattern`, or why it is none. */
export function readPattern(pattern: string): string | Mistake {
  if (pattern === '')
    return new Mistake('bad-pattern', expectedGot(patternWords, 'an empty one', "write '.*' for every event"))
  try {
    RE2JS.compile(pattern)
    return pattern
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return mistakeIn(pattern, error)
    throw error
  }
}

/** Names of the groups of a pattern that was read. */
export const groupNames = (pattern: string): readonly string[] =>
  Object.keys(RE2JS.compile(pattern).namedGroups())

function mistakeIn(pattern: string, error: RE2JSSyntaxException): Mistake {
  const wrong = error.input ?? ''
  const offset = pattern.indexOf(wrong)
  const isPart = wrong !== '' && offset >= 0 && pattern.lastIndexOf(wrong) === offset
  const got = wrong === '' || wrong === pattern ? quoted(pattern) : `${quoted(wrong)} in ${quoted(pattern)}`
  const message = expectedGot(patternWords, `${got}: ${error.error}`, hintFor(wrong))
  return new Mistake('bad-pattern', message, isPart ? { part: { offset, length: wrong.length } } : {})
}

function hintFor(wrong: string): string | undefined {
  if (/^\(\?<?[=!]/.test(wrong))
    return 'lookaround could stall the watchdog; combine tests by all, any and not'
  if (/^\\\d/.test(wrong)) return 'backreferences could stall the watchdog'
  return undefined
}
