/** Reads a source in the background, as the live driver does, and waits for what it brings. */

import { setTimeout } from 'node:timers/promises'
import type { LogEvent } from '../../src/engine/event.ts'
import { type Instant, instant } from '../../src/engine/time.ts'
import type { Position, Source, SourceNotice } from '../../src/sources/source.ts'

export interface SourceReading {
  readonly events: LogEvent[]
  readonly notices: SourceNotice[]
  /** After the last batch; undefined before the first. */
  position(): Position | undefined
  texts(): readonly string[]
  /** Resolves when the source has been read to its end. */
  readonly ended: Promise<void>
  /** Aborts the reading and waits for its end. */
  stop(): Promise<void>
}

export const startReading = (source: Source, after?: Position): SourceReading => {
  const events: LogEvent[] = []
  const notices: SourceNotice[] = []
  const abort = new AbortController()
  let position: Position | undefined

  const read = async (): Promise<void> => {
    for await (const batch of source.read(after, abort.signal)) {
      events.push(...batch.events)
      notices.push(...batch.notices)
      position = batch.position
    }
  }
  const ended = read()
  // The rejection is seen by whoever awaits `ended`; until then it is nobody's yet.
  ended.catch(() => undefined)
  return {
    events,
    notices,
    position: () => position,
    texts: () => events.map(({ text }) => text),
    ended,
    async stop() {
      abort.abort()
      await ended
    },
  }
}

/** Waits until `condition` holds; fails with `what` after 20 seconds. */
export const until = async (what: string, condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + 20_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 20 seconds: ${what}`)
    await setTimeout(5)
  }
}

export const realTime = (): Instant => instant(Date.now() * 1_000)
