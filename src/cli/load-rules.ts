/** Reads a rule file from disk; a wrong one ends the command with all its problems. */

import { readFileSync } from 'node:fs'
import { parseRules } from '../config/parse-rules.ts'
import type { Problem } from '../config/problem.ts'
import type { Ruleset } from '../config/ruleset.ts'
import { counted } from '../report/counted.ts'
import { formatProblems } from '../report/problems.ts'
import { CommandError, exitCode } from './exit-code.ts'

/** The file's bytes; a file that cannot be read ends the command. */
export function readRuleFile(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new CommandError(unreadable(path, error), exitCode.usage)
  }
}

export function loadRules(path: string): Ruleset {
  const bytes = readRuleFile(path)
  const result = parseRules(bytes, path)
  if (result.ok) return result.ruleset
  throw new CommandError(`${problemText(result.problems, bytes)}; nothing was started.`, exitCode.usage)
}

/** All problems with their excerpts, and how many there are. */
export function problemText(problems: readonly Problem[], bytes: Uint8Array): string {
  const text = formatProblems(problems, new TextDecoder().decode(bytes), {
    colour: process.stderr.hasColors?.() ?? false,
  })
  return `${text}\n${counted(problems.length, 'mistake')}`
}

function unreadable(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return `${path}: no such rule file; give its path with --rules`
  if (code === 'EISDIR') return `${path} is a directory; give the path of a rule file with --rules`
  if (code === 'EACCES') return `${path}: no permission to read it; check its owner and mode`
  return `${path} cannot be read: ${String(code ?? error)}`
}
