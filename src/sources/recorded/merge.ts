/** Merges recorded inputs by the times of their events. */

import type { LogEvent } from '../../engine/event.ts'
import type { Batch, SourceNotice } from '../source.ts'
import type { InputReader, Part } from './part.ts'

/** A reader with the first part that it brought. */
export interface Started {
  readonly reader: InputReader
  readonly first: Part
}

/** One input, of which a part is held. */
interface Head {
  readonly reader: InputReader
  events: readonly LogEvent[]
  next: number
}

/**
 * All events of the inputs, each of which is taken to be in order: always that whose time is the earliest among the
 * inputs, of equal ones that of the first input. Lines out of order within an input stay as they are.
 */
export async function* merge(inputs: readonly Started[]): AsyncGenerator<Batch, void, undefined> {
  let notices: SourceNotice[] = inputs.flatMap(({ first }) => first.notices)
  let skipped = inputs.reduce((sum, { first }) => sum + (first.skipped ?? 0), 0)
  let bytes = inputs.reduce((sum, { first }) => sum + (first.bytes ?? 0), 0)
  let heads: Head[] = inputs.map(({ reader, first }) => ({ reader, events: first.events, next: 0 }))
  try {
    for (;;) {
      const [only, second] = heads
      const { events, emptied } = only !== undefined && second === undefined ? takeAll(only) : takeRuns(heads)
      if (events.length > 0 || notices.length > 0 || skipped > 0) {
        yield { events, notices, position: null, skipped, bytes }
        bytes = 0
      }
      notices = []
      skipped = 0
      if (emptied === undefined) return
      const part = await emptied.reader.next()
      if (part.done) {
        const ended = emptied
        heads = heads.filter((head) => head !== ended)
      } else {
        emptied.events = part.value.events
        emptied.next = 0
        notices = [...part.value.notices]
        skipped = part.value.skipped ?? 0
        bytes += part.value.bytes ?? 0
      }
    }
  } finally {
    for (const { reader } of heads) await reader.return(undefined)
  }
}

const takeAll = (only: Head) => ({ events: only.events.slice(only.next), emptied: only })

/** Takes events in order until some head has no more, which is known by then. */
function takeRuns(heads: readonly Head[]): { events: readonly LogEvent[]; emptied: Head | undefined } {
  const events: LogEvent[] = []
  let emptied: Head | undefined
  while (emptied === undefined) {
    emptied = heads.find(({ next, events: held }) => next >= held.length)
    if (emptied !== undefined || heads.length === 0) break
    emptied = takeRun(heads, events)
  }
  return { events, emptied }
}

/** Takes events of the earliest head while they come before the others; returns the head if it has no more. */
const takeRun = (heads: readonly Head[], events: LogEvent[]): Head | undefined => {
  let first: Head | undefined
  let limit = Number.POSITIVE_INFINITY
  let isBeforeLimit = true
  let earliest = Number.POSITIVE_INFINITY
  for (const head of heads) {
    const at = head.events[head.next]?.at ?? Number.POSITIVE_INFINITY
    if (first === undefined || at < earliest) {
      // Of equal times this head's come after those of the one that was the earliest until now.
      limit = earliest
      isBeforeLimit = false
      earliest = at
      first = head
    } else if (at < limit) {
      limit = at
      isBeforeLimit = true
    }
  }
  if (first === undefined) return undefined
  for (;;) {
    const event = first.events[first.next]
    if (event === undefined) return first
    if (event.at > limit || (event.at === limit && !isBeforeLimit)) return undefined
    events.push(event)
    first.next += 1
  }
}
