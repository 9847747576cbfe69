/** Reads dumps of the journal: every entry an event for each source that selects it. */

import type { JournalSpec } from '../../config/ruleset.ts'
import type { LogEvent } from '../../engine/event.ts'
import type { Instant } from '../../engine/time.ts'
import type { JournalEntry } from '../journal/entry.ts'
import { ExportParser } from '../journal/export-parser.ts'
import { parseJournalJson } from '../journal/json-entry.ts'
import { router } from '../journal/routing.ts'
import { lineSplitter } from '../lines.ts'
import type { SourceNotice } from '../source.ts'
import { chunksOf } from './bytes.ts'
import { type RecordedInput, reasonOf } from './input.ts'
import { DamageReport, type InputReader } from './part.ts'

/** An entry may be several times as long as a line of text: bytes that are not UTF-8 are written as numbers. */
const entryLimitBytes = 16_777_216
const chunkBytes = 262_144

/** Takes bytes of a dump, and gives the entries in them; at the end, too. */
interface DumpParser {
  push(chunk: Buffer, take: (entry: JournalEntry, offset: number) => void): void
  end(take: (entry: JournalEntry, offset: number) => void): void
}

export async function* readJournal(
  { path, reference, bytes, content }: RecordedInput,
  sources: readonly JournalSpec[],
): InputReader {
  const damage = new DamageReport(
    path,
    sources.map(({ name }) => name),
  )
  let latest: Instant = reference
  const parser = content === 'export' ? exportDump(damage, () => latest) : jsonDump(damage, () => latest)
  const route = routing(path, sources)
  let events: LogEvent[] = []
  let notices: SourceNotice[] = []
  const take = (entry: JournalEntry, offset: number): void => {
    latest = entry.realtime
    route(entry, offset, events, notices)
  }
  try {
    for await (const chunk of chunksOf(bytes, chunkBytes)) {
      parser.push(chunk, take)
      yield { events, notices: [...damage.take(), ...notices] }
      events = []
      notices = []
    }
  } catch (error) {
    damage.broken(latest, reasonOf(error))
  }
  parser.end(take)
  damage.end(latest)
  yield { events, notices: [...damage.take(), ...notices] }
  return undefined
}

export const routing = (path: string, sources: readonly JournalSpec[]) => {
  const route = router(sources, 'system')
  return (entry: JournalEntry, offset: number, events: LogEvent[], notices: SourceNotice[]): void => {
    const routed = route([entry])
    notices.push(...routed.notices)
    for (const event of routed.events) {
      // A dump that was filtered by other tools may have lost its cursors.
      events.push(entry.cursor === '' ? { ...event, position: `${path}:${offset}` } : event)
    }
  }
}

function jsonDump(damage: DamageReport, latest: () => Instant): DumpParser {
  const splitter = lineSplitter(0, entryLimitBytes)
  let number = 0
  const sink =
    (take: (entry: JournalEntry, offset: number) => void) =>
    (bytes: Buffer, start: number, end: number, offset: number): void => {
      number += 1
      if (start === end) return
      const entry = parseJournalJson(bytes.toString('utf8', start, end))
      if (entry !== undefined) take(entry, offset)
      else {
        damage.line(number, latest(), 'expected an entry of journalctl -o json, got something else; skipped')
      }
    }
  return {
    push: (chunk, take) => splitter.push(chunk, sink(take)),
    end: (take) => splitter.finish(sink(take)),
  }
}

function exportDump(damage: DamageReport, latest: () => Instant): DumpParser {
  const parser = new ExportParser()
  let number = 0
  const push = (chunk: Buffer, take: (entry: JournalEntry, offset: number) => void): void => {
    const { entries, damaged } = parser.push(chunk)
    for (const entry of entries) take(entry, 0)
    number += entries.length
    for (let index = 0; index < damaged; index++) {
      damage.line(
        number,
        latest(),
        'expected an entry of journalctl -o export behind so many, got something else; skipped',
      )
    }
  }
  // A last entry may lack the empty line behind it.
  return { push, end: (take) => push(Buffer.from('\n\n'), take) }
}
