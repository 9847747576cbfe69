/** Reads a recorded text log: every line that some rule may want is an event for each of its sources, at its own time. */

import type { SourceSpec } from '../../config/ruleset.ts'
import type { LogEvent } from '../../engine/event.ts'
import type { Instant } from '../../engine/time.ts'
import type { LineSearch } from '../../match/scan/line-search.ts'
import { decodeLine, type LineOrigin, lineEvent, lineOrigin } from '../line-event.ts'
import { afterNuls, lineLimitBytes } from '../lines.ts'
import { timeFormats } from '../time/formats.ts'
import { type LineClock, lineClock } from '../time/line-clock.ts'
import { type InputProblem, problem, type RecordedInput, reasonOf } from './input.ts'
import type { Region } from './line-regions.ts'
import { type LinesBefore, linesBefore } from './lines-before.ts'
import { type LogOptions, type LogRegions, logRegions } from './log-regions.ts'
import { DamageReport, type InputReader } from './part.ts'
import type { ScannedLines } from './threaded-chunks.ts'

/** If so many lines, or characters, at the start of a log bear no time, none will. */
const undatedLines = 10_000
const undatedCharacters = 16_777_216
/** Where times bear no year it is told from the times before: they must not lie far apart. */
const yearlessStrideBytes = 65_536

const newline = 10
const carriageReturn = 13

/** A line that came before the first time. */
interface Waiting {
  readonly text: string
  readonly offset: number
  readonly cut: boolean
}

/** A line, of which nothing is decoded. */
interface RawLine {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  /** Of the byte at `start`, from the start of the input. */
  readonly offset: number
  /** It is the start of one that is too long. */
  readonly isCut: boolean
}

/** The sources whose lines are dated in the same way. */
interface Reading {
  readonly clock: LineClock
  readonly origins: readonly LineOrigin[]
  /** Time of the latest line that was dated. */
  last: Instant | undefined
}

/**
 * A line without a time is of the time of the line before it; those before the first time are of that first one, since
 * they come from just before it, as a rule. A log none of whose lines bears a time is a problem.
 *
 * With `literals`, lines that hold none of them are passed over and counted, but for those at the start and at least one in
 * a mebibyte, which let the time pass. Where times bear no year, a year of which less than a mebibyte was logged may be
 * lost; the beginning of a log is read line by line.
 */
export async function* readText(
  input: RecordedInput,
  sources: readonly SourceSpec[],
  options: LogOptions,
): InputReader {
  const { path, reference, bytes } = input
  const { room, search, regions, before } = logRegions(bytes, input.file, options)
  const reader = new TextReader(path, sources, reference, room)
  try {
    for await (const region of regions(() => reader.isDated)) {
      reader.bytes += region.end - region.start
      if ('lineCount' in region) reader.takeScanned(region, before)
      else if (search === undefined || !reader.isDated || region.isCut) reader.readLines(region)
      else reader.scan(region, search)
      if (reader.isHopeless) return withoutTime(path, sources)
      const part = reader.take()
      if (part !== undefined) yield part
    }
  } catch (error) {
    reader.broken(reasonOf(error))
  } finally {
    await bytes.close()
  }
  if (!reader.isDated) return withoutTime(path, sources)
  yield reader.end()
  return undefined
}

class TextReader {
  readonly #room: Buffer
  readonly #readings: readonly Reading[]
  readonly #damage: DamageReport
  /** Read since the last part. */
  bytes = 0
  #events: LogEvent[] = []
  #skipped = 0
  #waiting: Waiting[] = []
  #waitingCharacters = 0
  #isDated = false
  /** Of lines, up to the one in hand. */
  #number = 0
  #latest: Instant
  /** Offset of a line before which no time is looked for any more. */
  #datedTo = 0

  constructor(path: string, sources: readonly SourceSpec[], reference: Instant, room: Buffer) {
    this.#room = room
    this.#readings = readingsOf(path, sources, reference)
    this.#damage = new DamageReport(
      path,
      sources.map(({ name }) => name),
    )
    this.#latest = reference
  }

  /** Some line bore a time. */
  get isDated(): boolean {
    return this.#isDated
  }

  get isHopeless(): boolean {
    const isLong = this.#waiting.length >= undatedLines || this.#waitingCharacters >= undatedCharacters
    return !this.#isDated && isLong
  }

  /** What came of the regions since the last call, if anything. */
  take() {
    const { bytes } = this
    const part = { events: this.#events, notices: this.#damage.take(), skipped: this.#skipped, bytes }
    if (part.events.length + part.notices.length + part.skipped === 0) return undefined
    this.#events = []
    this.#skipped = 0
    this.bytes = 0
    return part
  }

  broken(code: string): void {
    this.#damage.broken(this.#latest, code)
  }

  end() {
    this.#damage.end(this.#latest)
    return this.take() ?? { events: [], notices: [] }
  }

  /** Every line of the region is an event. */
  readLines(region: Region): void {
    const { start, end } = region
    for (let at = start; at < end; ) {
      const found = region.isCut ? -1 : this.#room.indexOf(newline, at)
      const lineEnd = found < 0 || found > end ? end : found
      this.#number++
      this.#takeLine(this.#lineIn(region, at, lineEnd))
      at = lineEnd + 1
    }
    this.#datedTo = region.offset + end - start
  }

  /** Lines of the region that hold a literal are events, and its last one, too. */
  scan(region: Region, search: LineSearch): void {
    const { start, end } = region
    const lastEnd = this.#room[end - 1] === newline ? end - 1 : end
    const lastStart = search.startOfLine(start, lastEnd)
    let taken = 0
    let at = start
    const take = (lineStart: number, lineEnd: number): void => {
      const from = this.#keepYear(at, lineStart, search)
      this.#takeLine(this.#lineIn(region, lineStart, lineEnd), () =>
        linesBefore(this.#room, search, from, lineStart),
      )
      taken++
      at = lineEnd + 1
    }
    while (at < lastStart && search.find(at, lastStart)) take(search.lineStart, search.lineEnd)
    take(lastStart, lastEnd)
    this.#datedTo = region.offset + end - start
    this.#pass(search.countNewlines(start, lastStart) + 1, taken)
  }

  /** Those of the lines that are there are events. */
  takeScanned(lines: ScannedLines, before: LogRegions['before']): void {
    const { bytes } = lines
    let taken = 0
    lines.each((offset, start, end) => {
      this.#takeLine({ bytes, start, end, offset, isCut: false }, () => before(this.#datedTo, offset))
      this.#datedTo = offset
      taken++
    })
    this.#pass(lines.lineCount, taken)
  }

  /** The lines in hand are over, and so many were taken as events. */
  #pass(lines: number, taken: number): void {
    this.#number += lines
    this.#skipped += (lines - taken) * this.#readings.reduce((sum, { origins }) => sum + origins.length, 0)
  }

  /** Dates some of the lines from `from` to before `to` where times bear no year; returns the start of what is left. */
  #keepYear(from: number, to: number, search: LineSearch): number {
    let at = from
    while (to - at > yearlessStrideBytes && this.#isYearless) {
      const next = search.startOfLine(at, at + yearlessStrideBytes)
      const lineStart = next > at ? next : search.nextNewline(at, to) + 1
      if (lineStart >= to) break
      for (const reading of this.#readings)
        dateBefore(reading, linesBefore(this.#room, search, at, lineStart))
      at = lineStart
    }
    return at
  }

  /** `linesBefore`: those since the latest that was read, for a line that bears no time. */
  #takeLine(
    { bytes, start, end, offset: lineOffset, isCut }: RawLine,
    linesBefore?: () => LinesBefore,
  ): void {
    const first = afterNuls(bytes, start, end)
    const last = !isCut && end > first && bytes[end - 1] === carriageReturn ? end - 1 : end
    const offset = lineOffset + first - start
    const text = decodeLine(bytes, first, last, offset)
    for (const reading of this.#readings) {
      const at = reading.clock.time(text)
      if (at !== undefined) {
        if (reading.last === undefined)
          for (const line of this.#waiting) this.#emit(reading, at, line.text, line.offset, line.cut)
        reading.last = at
        this.#isDated = true
        this.#latest = at
      } else if (linesBefore !== undefined) dateBefore(reading, linesBefore())
      if (reading.last !== undefined) this.#emit(reading, reading.last, text, offset, isCut)
    }
    if (isCut) this.#damage.line(this.#number, this.#latest, `longer than ${lineLimitBytes} bytes; cut`)
    if (this.#isDated) {
      if (this.#waiting.length > 0) this.#waiting = []
      return
    }
    this.#waiting.push({ text, offset, cut: isCut })
    this.#waitingCharacters += text.length
  }

  #lineIn(region: Region, start: number, end: number): RawLine {
    const offset = region.offset + start - region.start
    return { bytes: this.#room, start, end, offset, isCut: region.isCut }
  }

  get #isYearless(): boolean {
    return this.#readings.some(({ clock }) => clock.isYearless)
  }

  #emit({ origins }: Reading, at: Instant, text: string, offset: number, cut: boolean): void {
    for (const origin of origins) this.#events.push(lineEvent(origin, text, at, offset, cut))
  }
}

/** By the nearest of the lines that bears a time. */
function dateBefore(reading: Reading, lines: LinesBefore): void {
  for (const line of lines) {
    const at = reading.clock.time(line)
    if (at === undefined) continue
    reading.last = at
    return
  }
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
  const layouts = [...given].filter((name) => name.includes('%'))
  const list = [...known.map(({ name, example }) => `${name} (${example})`), ...layouts].join(', ')
  const title = path === '-' ? 'standard input' : path
  const expected = given.size === 0 ? 'known are' : 'the rule file expects'
  return problem(
    'no-time',
    path,
    `${title}: no line begins with a time, and without times nothing can be judged; ${expected} ${list}`,
  )
}
