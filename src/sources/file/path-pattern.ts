/** Paths of the rule file, which may be globs: `*`, `?`, `[a-z]`, `{a,b}` within a name, `**` for any depth. Pure. */

import { literalPattern } from '../../match/pattern/literal-pattern.ts'

export interface PathPattern {
  readonly text: string
  readonly isGlob: boolean
  /** The deepest directory above everything that can match. */
  readonly base: string
  /** What follows below `base`, name by name. */
  readonly names: readonly NamePattern[]
  matches(path: string): boolean
  /** Whether something below the directory `path` can match. */
  mayMatchBelow(path: string): boolean
}

/** One name of a path; `any-depth` stands for any number of directories, none included. */
export type NamePattern = RegExp | 'any-depth'

/** The pattern of an absolute path. A name that starts with a dot is matched only by a pattern that has the dot. */
export const pathPattern = (text: string): PathPattern => {
  const parts = partsOf(text)
  const firstGlob = parts.findIndex(isGlobName)
  const fixed = firstGlob === -1 ? parts.length - 1 : firstGlob
  const all = namePatterns(parts)
  return {
    text,
    isGlob: firstGlob !== -1,
    base: `/${parts.slice(0, fixed).join('/')}`,
    names: namePatterns(parts.slice(fixed)),
    matches: (path) => fits(all, partsOf(path), false),
    mayMatchBelow: (path) => fits(all, partsOf(path), true),
  }
}

const partsOf = (path: string): readonly string[] => path.split('/').filter((part) => part !== '')

const isGlobName = (name: string): boolean => /[*?[{\\]/.test(name)

const namePatterns = (names: readonly string[]): readonly NamePattern[] => [
  ...names.map((name) => (name === '**' ? 'any-depth' : nameRegExp(name))),
  ...(names.at(-1) === '**' ? [nameRegExp('*')] : []),
]

/** Whether the names fit the patterns; with `above`, whether names that go on from there can. */
const fits = (patterns: readonly NamePattern[], names: readonly string[], above: boolean): boolean => {
  const [pattern, ...otherPatterns] = patterns
  const [name, ...otherNames] = names
  if (pattern === undefined) return name === undefined && !above
  if (name === undefined) return above
  if (pattern !== 'any-depth') return pattern.test(name) && fits(otherPatterns, otherNames, above)
  return fits(otherPatterns, names, above) || (!name.startsWith('.') && fits(patterns, otherNames, above))
}

/** A pattern that is none, as `[z-a]`, stands for itself, as in a shell. */
const nameRegExp = (glob: string): RegExp => {
  const source = regExpSource(glob)
  try {
    return new RegExp(source, 's')
  } catch {
    return new RegExp(`^${[...glob].map(literalPattern).join('')}$`, 's')
  }
}

const regExpSource = (glob: string): string => {
  let source = ''
  let depth = 0
  for (let index = 0; index < glob.length; index += 1) {
    const char = glob.charAt(index)
    if (char === '*') source += '.*'
    else if (char === '?') source += '.'
    else if (char === '{' && glob.includes('}', index)) {
      source += '(?:'
      depth += 1
    } else if (char === '}' && depth > 0) {
      source += ')'
      depth -= 1
    } else if (char === ',' && depth > 0) source += '|'
    else if (char === '[' && glob.includes(']', index + 2)) {
      const end = glob.indexOf(']', index + 2)
      source += characterClass(glob.slice(index + 1, end))
      index = end
    } else if (char === '\\' && index + 1 < glob.length) {
      index += 1
      source += literalPattern(glob.charAt(index))
    } else source += literalPattern(char)
  }
  const dots = /^[*?[]/.test(glob) ? '(?!\\.)' : ''
  return `^${dots}${source}${')'.repeat(depth)}$`
}

const characterClass = (body: string): string => {
  const negated = /^[!^]/.test(body)
  return `[${negated ? '^' : ''}${body.slice(negated ? 1 : 0).replace(/[\\\]^[]/g, '\\$&')}]`
}
