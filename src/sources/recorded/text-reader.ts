/** Reads a recorded text log: every line an event for each of its sources, at its own time. */

import type { SourceSpec } from '../../config/ruleset.ts'
import type { LogEvent } from '../../engine/event.ts'
import type { Instant } from '../../engine/time.ts'
import { errorCode } from '../file/sight.ts'
import { decodeLine, type LineOrigin, lineEvent, lineOrigin } from '../line-event.ts'
import { type LineSink, lineLimitBytes, lineSplitter } from '../lines.ts'
import { timeFormats } from '../time/formats.ts'
import { type LineClock, lineClock } from '../time/line-clock.ts'
import { type InputProblem, problem, type RecordedInput } from './input.ts'
import { DamageReport, type InputReader } from './part.ts'

/** If so many lines, or characters, at the start of a log bear no time, none will. */
const undatedLines = 10_000
const undatedCharacters = 16_777_216

/** A line that came before the first time. */
interface Waiting {
  readonly text: string
  readonly offset: number
  readonly cut: boolean
}

/** The sources whose lines are dated in the same way. */
interface Reading {
  readonly clock: LineClock
  readonly origins: readonly LineOrigin[]
  last: Instant | undefined
}

/**
 * A line without a time is of the time of the line before it; those before the first time are of that first one, since
 * they come from just before it, as a rule. A log none of whose lines bears a time is a problem.
 */
export async function* readText(
  { path, reference, chunks }: RecordedInput,
  sources: readonly SourceSpec[],
): InputReader {
  const readings = readingsOf(path, sources, reference)
  const damage = new DamageReport(
    path,
    sources.map(({ name }) => name),
  )
  const splitter = lineSplitter(0)
  let events: LogEvent[] = []
  let waiting: Waiting[] = []
  let waitingCharacters = 0
  let isDated = false
  let number = 0
  let latest = reference

  const emit = (reading: Reading, at: Instant, text: string, offset: number, cut: boolean): void => {
    for (const origin of reading.origins) events.push(lineEvent(origin, text, at, offset, cut))
  }

  const take: LineSink = (bytes, start, end, offset, cut) => {
    number += 1
    const text = decodeLine(bytes, start, end, offset)
    for (const reading of readings) {
      const at = reading.clock.time(text)
      if (at !== undefined) {
        if (reading.last === undefined)
          for (const line of waiting) emit(reading, at, line.text, line.offset, line.cut)
        reading.last = at
        isDated = true
        latest = at
      }
      if (reading.last !== undefined) emit(reading, reading.last, text, offset, cut)
    }
    if (cut) damage.line(number, latest, `longer than ${lineLimitBytes} bytes; cut`)
    if (isDated) {
      if (waiting.length > 0) waiting = []
      return
    }
    waiting.push({ text, offset, cut })
    waitingCharacters += text.length
  }

  const isHopeless = (): boolean =>
    !isDated && (waiting.length >= undatedLines || waitingCharacters >= undatedCharacters)

  try {
    for await (const chunk of chunks) {
      splitter.push(chunk, take)
      if (isHopeless()) return withoutTime(path, sources)
      if (events.length === 0) continue
      yield { events, notices: damage.take() }
      events = []
    }
  } catch (error) {
    damage.broken(latest, errorCode(error))
  }
  splitter.finish(take)
  if (!isDated) return withoutTime(path, sources)
  damage.end(latest)
  yield { events, notices: damage.take() }
  return undefined
}

const readingsOf = (path: string, sources: readonly SourceSpec[], reference: Instant): readonly Reading[] => {
  const readings = new Map<string, Reading & { readonly origins: LineOrigin[] }>()
  for (const spec of sources) {
    const { timestamp, timezone } = spec.kind === 'file' ? spec : {}
    const key = `${timestamp ?? ''} ${timezone ?? ''}`
    const clock =
      readings.get(key)?.clock ?? lineClock({ format: timestamp, timezone, reference: () => reference })
    const origins = readings.get(key)?.origins ?? []
    origins.push(lineOrigin(spec.name, path))
    readings.set(key, { clock, origins, last: undefined })
  }
  return [...readings.values()]
}

const withoutTime = (path: string, sources: readonly SourceSpec[]): InputProblem => {
  const given = new Set(
    sources.flatMap((spec) => (spec.kind === 'file' && spec.timestamp ? [spec.timestamp] : [])),
  )
  const known = timeFormats.filter(({ name }) => given.size === 0 || given.has(name))
  const list = known.map(({ name, example }) => `${name} (${example})`).join(', ')
  const title = path === '-' ? 'standard input' : path
  const expected = given.size === 0 ? 'known are' : 'the rule file expects'
  return problem(
    'no-time',
    path,
    `${title}: no line begins with a time, and without times nothing can be judged; ${expected} ${list}`,
  )
}
