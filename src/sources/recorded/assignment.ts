/** Decides for which sources of the rule file a recorded input stands. */

import { realpathSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { FileSpec, JournalSpec, Ruleset, SourceSpec } from '../../config/ruleset.ts'
import { type PathPattern, pathPattern } from '../file/path-pattern.ts'
import { isRotationOf } from '../file/rotated-name.ts'

export type Assignment = {
  /** As it was given on the command line. */
  readonly path: string
} & (
  | { readonly content: 'journal'; readonly sources: readonly JournalSpec[] }
  | {
      readonly content: 'text'
      readonly sources: readonly SourceSpec[]
      /** `name`: a source's file is called the same; `all`: no source is about this file, so all that rules use are. */
      readonly by: 'path' | 'name' | 'all'
    }
)

/** One line for people: which sources the input is read for, and why. */
export const describeAssignment = (assignment: Assignment): string => {
  const { path, sources } = assignment
  const names = sources.map(({ name }) => name).join(', ')
  const title = `${path === '-' ? 'standard input' : path}:`
  const list = `${sources.length === 1 ? 'source' : 'sources'} ${names}`
  if (assignment.content === 'journal') return `${title} journal entries, for ${list}`
  switch (assignment.by) {
    case 'path':
      return `${title} lines, for ${list}`
    case 'name':
      return `${title} lines, taken for ${list} because a file of that name is read there`
    case 'all':
      return `${title} lines, taken for ${list} because no source reads a file of that name`
  }
}

/** A dump of the journal stands for every journal source that a rule uses, unless they are given. */
export const assignJournal = (
  path: string,
  ruleset: Ruleset,
  sources: readonly JournalSpec[] = usedSources(ruleset).filter((spec) => spec.kind === 'journal'),
): Assignment => ({ path, content: 'journal', sources })

/**
 * A text log stands for the file sources that read its path, rotated or compressed under a longer name included; else
 * for those that read a file of the same name elsewhere; else for all sources, because somebody who gives a log to a
 * rule file wants it judged. Then a rule of several sources gets the lines for one of them, lest they count twice.
 */
export const assignText = (path: string, ruleset: Ruleset): Assignment => {
  const files = usedSources(ruleset).filter((spec) => spec.kind === 'file')
  const wanted = path === '-' ? path : resolve(path)
  const byPath = files.filter((spec) => reads(spec, [wanted, realPathOf(wanted)], wholePath))
  if (byPath.length > 0) return { path, content: 'text', sources: byPath, by: 'path' }
  const byName = files.filter((spec) => reads(spec, [wanted], nameOnly))
  if (byName.length > 0) return { path, content: 'text', sources: byName, by: 'name' }
  return { path, content: 'text', sources: oneSourcePerRule(ruleset), by: 'all' }
}

/** Rules of one source first: what they need serves the others, too. */
const oneSourcePerRule = ({ sources, rules }: Ruleset): readonly SourceSpec[] => {
  const chosen = new Set<string>()
  for (const rule of [...rules].sort((one, other) => one.sources.length - other.sources.length)) {
    const [first] = rule.sources
    if (first !== undefined && !rule.sources.some((name) => chosen.has(name))) chosen.add(first)
  }
  return [...sources.values()].filter(({ name }) => chosen.has(name))
}

const usedSources = ({ sources, rules }: Ruleset): readonly SourceSpec[] => {
  const used = new Set(rules.flatMap((rule) => rule.sources))
  return [...sources.values()].filter(({ name }) => used.has(name))
}

/** What of a path is compared. */
type Part = (path: string) => string
const wholePath: Part = (path) => path
const nameOnly: Part = (path) => (path === '-' ? path : `/${basename(path)}`)

const reads = (spec: FileSpec, paths: readonly string[], part: Part): boolean =>
  spec.paths.some((text) => {
    if (text === '-' || paths.includes('-')) return paths.includes(text)
    const names = part === wholePath ? [text, realPathOf(text)] : [text]
    return names.some((name) => paths.some((path) => isOf(pathPattern(part(name)), part(path))))
  })

const isOf = (pattern: PathPattern, path: string): boolean => {
  const plain = path.replace(/\.gz$/, '')
  return (
    pattern.matches(path) || pattern.matches(plain) || (!pattern.isGlob && isRotationOf(plain, pattern.text))
  )
}

const realPathOf = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    // A path of the rule file need not exist on the machine where the log is replayed.
    return path
  }
}
