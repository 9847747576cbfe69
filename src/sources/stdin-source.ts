/** Standard input as a source: lines until its end. */

import type { Readable } from 'node:stream'
import type { FileSpec } from '../config/ruleset.ts'
import type { LogEvent } from '../engine/event.ts'
import type { Instant } from '../engine/time.ts'
import { dating } from './dating.ts'
import { decodeLine, lineEvent, lineOrigin } from './line-event.ts'
import { type LineSink, lineLimitBytes, lineSplitter } from './lines.ts'
import { type Batch, type Source, SourceError, type SourceNotice } from './source.ts'

export interface StdinSourceOptions {
  readonly spec: FileSpec
  /** A stream of bytes, which the source destroys in the end. */
  readonly stream: Readable
  readonly clock: () => Instant
}

/**
 * A source of the lines of a stream, which ends where the stream ends; a last line without its end is delivered then.
 * There is nothing to go back to: its position is null, and one that is given is ignored.
 */
export const stdinSource = (options: StdinSourceOptions): Source => ({
  name: options.spec.name,
  read: (_after, signal) => read(options, signal),
})

async function* read(
  { spec, stream, clock }: StdinSourceOptions,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  const origin = lineOrigin(spec.name, '-')
  const splitter = lineSplitter(0)
  const { date } = dating(spec, clock)

  const batch = (feed: (sink: LineSink) => void): Batch => {
    const events: LogEvent[] = []
    const notices: SourceNotice[] = []
    const now = clock()
    feed((bytes, start, end, offset, cut) => {
      const text = decodeLine(bytes, start, end, offset)
      events.push(lineEvent(origin, text, date(text, now), offset, cut))
      if (!cut) return
      const message = `source ${spec.name}: line at -:${offset} is longer than ${lineLimitBytes} bytes; cut`
      notices.push({ sources: [spec.name], at: now, kind: 'damaged', message })
    })
    return { events, notices, position: null }
  }

  const stop = (): void => {
    stream.destroy()
  }
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('the stream has an encoding; it must be one of bytes')
      yield batch((sink) => splitter.push(chunk, sink))
    }
    yield batch((sink) => splitter.finish(sink))
  } catch (error) {
    // Destroying the stream under its reader is told to it as an error.
    if (signal.aborted) return
    if (error instanceof Error && 'code' in error) {
      throw new SourceError(`source ${spec.name}: standard input cannot be read (${String(error.code)})`)
    }
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
