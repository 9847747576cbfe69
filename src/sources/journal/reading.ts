/** One journalctl, read from a place on until it ends. */

import type { ChildEnd } from '../../platform/child-process.ts'
import type { Parsed } from './export-parser.ts'
import type { Journalctl } from './journalctl.ts'
import { nudge } from './nudge.ts'
import { isSameEntry } from './place.ts'

export interface ReadingOptions {
  readonly journalctl: Journalctl
  /** What is read, and how; see journalctl(1). */
  readonly args: readonly string[]
  readonly fields: ReadonlySet<string>
  /** Cursor of the entry behind which reading begins; the journal's start if absent. */
  readonly from: string | undefined
  /** Ends the reading, as the abort of `signal` does, when nothing has come for so long. */
  readonly silenceMs: number
  readonly signal: AbortSignal
}

/** Yields what one chunk brought; the next is read only when it is asked for. Leaves no child behind. */
export async function* readOn(options: ReadingOptions): AsyncGenerator<Parsed, ChildEnd | 'stopped'> {
  const { journalctl, args, fields, from, silenceMs, signal } = options
  // Inclusive: a cursor to start after makes journalctl skip an entry where that of the cursor is not selected.
  const seek = from === undefined ? [] : [`--cursor=${from}`]
  const child = journalctl.read([...seek, ...args], fields)
  let isStopped = false
  const stop = (): void => {
    isStopped = true
    void child.stop()
  }
  const silence = setTimeout(stop, silenceMs)
  const nudging = nudge(child)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  let isFirst = true
  try {
    for await (const { entries, damaged } of child.parts) {
      const [first] = entries
      const isKnown = isFirst && first !== undefined && from !== undefined && isSameEntry(first.cursor, from)
      if (first !== undefined) isFirst = false
      const fresh = isKnown ? entries.slice(1) : entries
      if (fresh.length > 0) {
        nudging.busy()
        silence.refresh()
      }
      if (fresh.length > 0 || damaged > 0) yield { entries: fresh, damaged }
    }
    const end = await child.ended
    return isStopped ? 'stopped' : end
  } finally {
    signal.removeEventListener('abort', stop)
    clearTimeout(silence)
    nudging.stop()
    await child.stop()
  }
}
