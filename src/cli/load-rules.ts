/** Reads a rule file from disk; a wrong one ends the command with all its problems. */

import { readFileSync } from 'node:fs'
import { parseRules } from '../config/parse-rules.ts'
import type { Problem } from '../config/problem.ts'
import type { Ruleset } from '../config/ruleset.ts'
import { counted } from '../report/counted.ts'
import { formatProblems } from '../report/problems.ts'
import type { LoadedRules } from '../service/rules-reload.ts'
import { CommandError, exitCode } from './exit-code.ts'

/** The file's bytes; a file that cannot be read ends the command. `option` is what gives its path. */
export function readRuleFile(path: string, option = '--rules'): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new CommandError(unreadable(path, error, option), exitCode.usage)
  }
}

export function loadRules(path: string): Ruleset {
  const loaded = tryLoadRules(path)
  if (loaded.ok) return loaded.ruleset
  throw new CommandError(`${loaded.problems}; nothing was started.`, exitCode.usage)
}

/** The rules of the file, or all that is wrong with it. */
export function tryLoadRules(path: string): LoadedRules {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    return { ok: false, problems: unreadable(path, error, '--rules') }
  }
  const result = parseRules(bytes, path)
  return result.ok
    ? { ok: true, ruleset: result.ruleset }
    : { ok: false, problems: problemText(result.problems, bytes) }
}

/** All problems with their excerpts, and how many there are. */
export function problemText(problems: readonly Problem[], bytes: Uint8Array): string {
  const text = formatProblems(problems, new TextDecoder().decode(bytes), {
    colour: process.stderr.hasColors?.() ?? false,
  })
  return `${text}\n${counted(problems.length, 'mistake')}`
}

function unreadable(path: string, error: unknown, option: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return `${path}: no such file; give its path with ${option}`
  if (code === 'EISDIR') return `${path} is a directory; give the path of a file with ${option}`
  if (code === 'EACCES') return `${path}: no permission to read it; check its owner and mode`
  return `${path} cannot be read: ${String(code ?? error)}`
}
