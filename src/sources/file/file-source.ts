/** Follows log files: the lines that are written from now on, through every rotation. */

import { setImmediate } from 'node:timers/promises'
import type { FileSpec } from '../../config/ruleset.ts'
import { type Duration, type Instant, seconds, span } from '../../engine/time.ts'
import type { Batch, Position, Source, SourceNotice } from '../source.ts'
import { Follower, type Reading } from './follower.ts'
import { pathPattern } from './path-pattern.ts'
import { type FilePosition, parsePosition, toPosition } from './place.ts'
import { type Wake, wakeUps } from './wake.ts'

export interface FileSourceOptions {
  /** Its paths but `-` are followed. */
  readonly spec: FileSpec
  readonly clock: () => Instant
  /** How long its files may go without being looked at until that is a stall; 15 s unless told. */
  readonly stallMs?: number
}

/** Globs are expanded again this often, and when chokidar tells of a change of names. */
const expandEvery: Duration = seconds(2)

/**
 * A source of the lines of files.
 *
 * Files that are there at the first start begin at their present end; one that comes later is read from its start. A
 * renamed, deleted or switched file is read to its end, and on for 30 seconds of silence, before it is left; only then
 * a last line without its end is delivered. After a truncation the lines that were not read yet are taken from the copy
 * where one stands beside the file; otherwise a notice tells of the gap.
 */
export const fileSource = (options: FileSourceOptions): Source => {
  const turns = { last: performance.now() }
  return {
    name: options.spec.name,
    read: (after, signal) => follow(options, turns, after, signal),
    stall: async () => {
      const sinceMs = performance.now() - turns.last
      if (sinceMs < (options.stallMs ?? 15_000)) return undefined
      return `source ${options.spec.name}: its files have not been looked at for ${Math.round(sinceMs / 1_000)} s`
    },
  }
}

async function* follow(
  { spec, clock }: FileSourceOptions,
  turns: { last: number },
  after: Position | undefined,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  const patterns = spec.paths.filter((path) => path !== '-').map(pathPattern)
  const hasGlobs = patterns.some(({ isGlob }) => isGlob)
  const place = after === undefined ? undefined : parsePosition(after)
  const follower = new Follower(spec, patterns, clock, place)
  const wake = wakeUps(patterns)
  const notice = (kind: SourceNotice['kind'], message: string): SourceNotice => ({
    sources: [spec.name],
    at: clock(),
    kind,
    message: `source ${spec.name}: ${message}`,
  })

  let isBehind = place !== undefined
  let last: FilePosition | undefined
  const batch = ({ events, notices }: Reading): Batch => {
    last = follower.position()
    return { events, notices, position: toPosition(last) }
  }

  try {
    if (after !== undefined && place === undefined) {
      const message = 'its stored position is not understood; it begins at the present ends of its files'
      yield batch({ events: [], notices: [notice('gap', message)] })
    }
    let expanded: Instant | undefined
    let woken: Awaited<ReturnType<Wake['next']>> = 'names'
    while (!signal.aborted) {
      turns.last = performance.now()
      const now = clock()
      // What was rotated away is read before what came in its place is opened.
      yield* readAll()
      if (signal.aborted) return
      if (woken === 'names' || !hasGlobs || expanded === undefined || span(expanded, now) >= expandEvery) {
        expanded = now
        const reading = follower.look()
        if (reading.events.length > 0 || reading.notices.length > 0) yield batch(reading)
        yield* readAll()
        if (signal.aborted) return
      }
      const failure = wake.takeFailure()
      const notices =
        failure === undefined ? [] : [notice('reader-restarted', `watching failed (${failure}); polling`)]
      if (isBehind || notices.length > 0 || !isSame(last, follower.position())) {
        yield { ...batch({ events: [], notices }), ...(isBehind ? { caughtUp: true } : {}) }
      }
      isBehind = false
      woken = await wake.next(signal)
    }
  } finally {
    follower.close()
    await wake.close()
  }

  async function* readAll(): AsyncGenerator<Batch> {
    for (const reading of follower.read()) {
      yield batch(reading)
      turns.last = performance.now()
      await setImmediate()
      if (signal.aborted) return
    }
  }
}

const isSame = (one: FilePosition | undefined, other: FilePosition): boolean =>
  one !== undefined &&
  one.files.length === other.files.length &&
  one.left.length === other.left.length &&
  one.files.every((file, index) => file === other.files[index]) &&
  one.left.every((file, index) => file === other.left[index])
