/** Does the steps of an installation, and says each. */

import { lstatSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { execa } from 'execa'
import type { Step } from './step.ts'

export interface PerformOptions {
  readonly dryRun: boolean
  /** Gets one line for each step. */
  readonly say: (line: string) => void
}

/** Why a step could not be done; those before it are done, and doing all again does no harm. */
export interface Failure {
  readonly message: string
}

const timeoutMs = 60_000

export async function performSteps(
  steps: readonly Step[],
  options: PerformOptions,
): Promise<Failure | undefined> {
  for (const step of steps) {
    try {
      const failure = await perform(step, options)
      if (failure !== undefined) return failure
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      return { message: error.message }
    }
  }
  return undefined
}

async function perform(step: Step, { dryRun, say }: PerformOptions): Promise<Failure | undefined> {
  const done = (did: string, would: string, rest: string): void =>
    say(`${dryRun ? `would ${would}` : did} ${rest}`)
  switch (step.kind) {
    case 'say':
      say(step.text)
      return undefined
    case 'put': {
      const { path, text, what } = step
      const there = textAt(path)
      if (there === 'no file') return { message: `${path} is there and is no file: remove it first` }
      if (there?.text === text) say(`${path} is as it should be: ${what}`)
      else {
        if (!dryRun) write(path, text)
        if (there === undefined) done('wrote', 'write', `${path}: ${what}`)
        else done('replaced', 'replace', `${path}: ${what}`)
      }
      return undefined
    }
    case 'give': {
      const { path, text, what } = step
      if (textAt(path) !== undefined) say(`kept ${path}: ${what}`)
      else {
        if (!dryRun) write(path, text)
        done('wrote', 'write', `${path}: ${what}`)
      }
      return undefined
    }
    case 'remove': {
      const { path, what } = step
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) say(`${path} is not there: ${what}`)
      else {
        if (!dryRun) remove(path)
        done('removed', 'remove', `${path}: ${what}`)
      }
      return undefined
    }
    case 'run': {
      const { argv } = step
      const [program = '', ...args] = argv
      done('ran', 'run', argv.join(' '))
      if (dryRun) return undefined
      const { failed, shortMessage, stderr } = await execa(program, args, {
        reject: false,
        timeout: timeoutMs,
        stdin: 'ignore',
      })
      return failed ? { message: [shortMessage, stderr].filter((part) => part !== '').join('\n') } : undefined
    }
  }
}

function textAt(path: string): { readonly text: string } | 'no file' | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  return stat.isFile() ? { text: readFileSync(path, 'utf8') } : 'no file'
}

/** Whole or not at all; readable by everybody, as configuration is that holds no secrets. */
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  const fresh = `${path}.new`
  rmSync(fresh, { force: true })
  writeFileSync(fresh, text, { mode: 0o644, flag: 'wx' })
  renameSync(fresh, path)
}

function remove(path: string): void {
  rmSync(path, { recursive: true })
  const folder = dirname(path)
  if (basename(folder) !== 'unit-watchdog') return
  try {
    rmdirSync(folder)
  } catch (error) {
    // What else is in it is not ours.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error
  }
}
