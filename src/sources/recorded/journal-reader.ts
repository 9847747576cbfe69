/** Reads a dump of `journalctl -o json`: every entry an event for each source that selects it. */

import type { JournalSpec } from '../../config/ruleset.ts'
import type { LogEvent } from '../../engine/event.ts'
import type { Instant } from '../../engine/time.ts'
import { entryEvent } from '../journal/entry-event.ts'
import { parseJournalJson } from '../journal/json-entry.ts'
import { selector } from '../journal/selection.ts'
import { type LineSink, lineSplitter } from '../lines.ts'
import { chunksOf } from './bytes.ts'
import { type RecordedInput, reasonOf } from './input.ts'
import { DamageReport, type InputReader } from './part.ts'

/** An entry may be several times as long as a line of text: bytes that are not UTF-8 are written as numbers. */
const entryLimitBytes = 16_777_216
const chunkBytes = 262_144

export async function* readJournal(
  { path, reference, bytes }: RecordedInput,
  sources: readonly JournalSpec[],
): InputReader {
  const damage = new DamageReport(
    path,
    sources.map(({ name }) => name),
  )
  const splitter = lineSplitter(0, entryLimitBytes)
  const selectors = sources.map((spec) => ({ name: spec.name, isSelected: selector(spec, 'system') }))
  let events: LogEvent[] = []
  let number = 0
  let latest: Instant = reference

  const take: LineSink = (bytes, start, end, offset) => {
    number += 1
    if (start === end) return
    const entry = parseJournalJson(bytes.toString('utf8', start, end))
    if (entry === undefined) {
      damage.line(number, latest, 'expected an entry of journalctl -o json, got something else; skipped')
      return
    }
    latest = entry.realtime
    for (const { name, isSelected } of selectors) {
      if (!isSelected(entry.fields)) continue
      const event = entryEvent(name, entry)
      // A dump that was filtered by other tools may have lost its cursors.
      events.push(entry.cursor === '' ? { ...event, position: `${path}:${offset}` } : event)
    }
  }

  try {
    for await (const chunk of chunksOf(bytes, chunkBytes)) {
      splitter.push(chunk, take)
      yield { events, notices: damage.take() }
      events = []
    }
  } catch (error) {
    damage.broken(latest, reasonOf(error))
  }
  splitter.finish(take)
  damage.end(latest)
  yield { events, notices: damage.take() }
  return undefined
}
