/** Asks what is asked before an action: everything at once, and no longer than allowed. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommandEnd, runCommand } from '../platform/run-command.ts'
import { unlessAborted } from '../platform/unless-aborted.ts'
import { figureFiles, figuresText, groupFolder } from './cgroup-figures.ts'
import type { EvidencePart } from './evidence.ts'
import type { Question } from './plan.ts'

export interface GatherOptions {
  readonly questions: readonly Question[]
  readonly withinMs: number
  readonly environment: ReadonlyMap<string, string>
  /** What the programs get on standard input. */
  readonly input: string
  /** Path of a unit's control group; empty where it has none. */
  readonly controlGroup: (unit: string) => Promise<string>
  readonly signal: AbortSignal
}

type Answer = Omit<EvidencePart, 'title'>

/** Of each program, the end of its output. */
const partBytes = 32_768

/** So long before the time is up programs are ended, so that what they said by then is had. */
const endingMs = 100

/** Answers in the order of the questions; resolves after `withinMs` at the latest, whatever hangs. */
export async function gather(options: GatherOptions): Promise<readonly EvidencePart[]> {
  const { questions, withinMs } = options
  const timeUp = new AbortController()
  const timer = setTimeout(() => timeUp.abort(), withinMs)
  const signal = AbortSignal.any([timeUp.signal, options.signal])
  const asked = { ...options, signal, withinMs: Math.max(withinMs - endingMs, withinMs / 2) }
  const parts = await Promise.all(
    questions.map(async (question) => ({
      title: question.title,
      ...(await answerTo(question, asked)),
    })),
  )
  clearTimeout(timer)
  return parts
}

/** Gives what it has by then when the signal aborts. */
async function answerTo(question: Question, options: GatherOptions): Promise<Answer> {
  if (question.kind === 'command') return output(question.argv, options)
  return (await unlessAborted(figures(question.unit, options), options.signal)) ?? noAnswer
}

const noAnswer: Answer = { end: 'late', why: 'no answer in time', cut: false, text: '' }

async function output(argv: readonly string[], options: GatherOptions): Promise<Answer> {
  const { environment, input, withinMs, signal } = options
  const end = await runCommand({
    argv,
    environment,
    input,
    timeoutMs: withinMs,
    graceMs: 0,
    outputBytes: partBytes,
    signal,
  })
  return { ...ending(end), cut: Buffer.byteLength(end.output) >= partBytes, text: end.output }
}

/** `systemctl status` exits with 3 where the unit does not run, which is an answer, too. */
function ending(end: CommandEnd): Pick<Answer, 'end' | 'why'> {
  switch (end.kind) {
    case 'exited':
      return end.status === 0 || end.output !== ''
        ? { end: 'whole' }
        : { end: 'failed', why: `exit status ${end.status}` }
    case 'killed':
      return { end: 'failed', why: `ended by ${end.signal}` }
    case 'timed-out':
    case 'left':
      return { end: 'late', why: 'it did not end in time' }
    case 'not-started':
      return { end: 'failed', why: `it could not be started: ${end.code}` }
  }
}

async function figures(unit: string, options: GatherOptions): Promise<Answer> {
  const folder = groupFolder(await options.controlGroup(unit))
  if (folder === undefined) return { end: 'failed', why: 'it has none', cut: false, text: '' }
  const read = await Promise.all(
    figureFiles.map(async (file) => [file, await textOf(join(folder, file), options.signal)] as const),
  )
  const known = read.flatMap(([file, text]) => (text === undefined ? [] : [[file, text] as const]))
  return known.length === 0
    ? { end: 'failed', why: `nothing can be read in ${folder}`, cut: false, text: '' }
    : { end: 'whole', cut: false, text: figuresText(known) }
}

/** Not every controller is there, nor every figure on every kernel. */
async function textOf(path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await readFile(path, { encoding: 'utf8', signal })
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}
