/** The lines of a recorded text log with the times that are recognised in them. */

import type { Readable } from 'node:stream'
import type { Instant } from '../../engine/time.ts'
import { decodeLine } from '../line-event.ts'
import { type LineSink, lineSplitter } from '../lines.ts'
import { lineClock } from '../time/line-clock.ts'
import { chunksOf } from './bytes.ts'
import { type InputProblem, openInput, problem, reasonOf } from './input.ts'

export interface LineTime {
  /** From 1 on. */
  readonly line: number
  readonly text: string
  /** Absent where the line bears no time of its own. */
  readonly found?: { readonly at: Instant; readonly format: string }
}

export interface LineTimesOptions {
  /** The only format to look for, by name or as a layout. */
  readonly format?: string | undefined
  /** IANA zone of times that bear none. */
  readonly timezone?: string | undefined
  /** Times without a year in standard input are not later than this. */
  readonly now: Instant
  readonly stdin?: Readable
}

const chunkBytes = 262_144

/** `path` is a file, compressed or not, or `-`. Ends with a problem where it cannot be read, or not to its end. */
export async function* lineTimes(
  path: string,
  { format, timezone, now, stdin }: LineTimesOptions,
): AsyncGenerator<readonly LineTime[], InputProblem | undefined, undefined> {
  const input = await openInput(path, () => stdin ?? process.stdin, now)
  if (input.kind === 'problem') return input
  if (input.kind === 'journal-files' || input.content !== 'text') {
    if (input.kind === 'input') await input.bytes.close()
    return problem('foreign', path, `${path} is of the journal, whose entries bear their time`)
  }
  const clock = lineClock({ format, timezone, reference: () => input.reference })
  let lines: LineTime[] = []
  let line = 0
  const take: LineSink = (bytes, start, end, offset) => {
    const text = decodeLine(bytes, start, end, offset)
    const at = clock.time(text)
    line++
    lines.push(
      at === undefined || clock.format === undefined
        ? { line, text }
        : { line, text, found: { at, format: clock.format } },
    )
  }
  const splitter = lineSplitter(0)
  try {
    for await (const chunk of chunksOf(input.bytes, chunkBytes)) {
      splitter.push(chunk, take)
      yield lines
      lines = []
    }
  } catch (error) {
    return problem('unreadable', path, `${path}: reading failed (${reasonOf(error)}) behind line ${line}`)
  }
  splitter.finish(take)
  yield lines
  return undefined
}
