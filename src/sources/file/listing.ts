/** Lists what stands at the paths of a source at present, globs expanded. */

import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isCompressed } from './compressed.ts'
import type { NamePattern, PathPattern } from './path-pattern.ts'
import { errorCode, type Sight, sightOf, type Trouble } from './sight.ts'

/** Files and troubles. A glob's directories, and what it matches beside files, are no trouble. */
export const listing = (patterns: readonly PathPattern[]): readonly Sight[] =>
  patterns.flatMap((pattern) => (pattern.isGlob ? globSights(pattern) : [sightOf(pattern.text)]))

const globSights = (pattern: PathPattern): readonly Sight[] => {
  const troubles: Trouble[] = []
  const paths = new Set(expand(pattern.base, pattern.names, (trouble) => troubles.push(trouble)))
  const files = [...paths]
    .filter((path) => !isCompressed(path))
    .map(sightOf)
    .filter((sight) => sight.kind === 'file')
  if (files.length > 0) return files
  const [first] = troubles
  const message = first?.message ?? `no file matches ${pattern.text}`
  return [{ kind: 'trouble', path: pattern.text, why: first?.why ?? 'missing', message }]
}

function* expand(
  directory: string,
  names: readonly NamePattern[],
  report: (trouble: Trouble) => void,
): Generator<string> {
  const [pattern, ...below] = names
  if (pattern === undefined) return
  if (pattern === 'any-depth') yield* expand(directory, below, report)
  for (const entry of entriesOf(directory, report)) {
    const path = join(directory, entry.name)
    if (pattern === 'any-depth') {
      // Links are not followed at any depth: they may lead in circles.
      if (entry.isDirectory() && !entry.name.startsWith('.')) yield* expand(path, names, report)
    } else if (pattern.test(entry.name)) {
      if (below.length === 0) yield path
      else if (entry.isDirectory() || entry.isSymbolicLink()) yield* expand(path, below, report)
    }
  }
}

const entriesOf = (directory: string, report: (trouble: Trouble) => void): readonly Dirent[] => {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    const code = errorCode(error)
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'other'
    const message =
      why === 'missing' ? `${directory} does not exist` : `${directory} cannot be read (${code})`
    report({ kind: 'trouble', path: directory, why, message })
    return []
  }
}
