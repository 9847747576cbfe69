/** Decides from what stands at the paths which files to open and which to leave. Pure. */

import { type Duration, type Instant, seconds, span } from '../../engine/time.ts'
import type { FileSight } from './sight.ts'

/** A file that is open, as far as the decision needs it. */
export interface Followed {
  readonly id: string
  /** The path at which it was found. */
  readonly path: string
  readonly unlinked: boolean
  /** When it was last found at a path, something was read from it or another file took its path. */
  readonly active: Instant
}

/** A writer that is told to reopen its log does so within this time, as a rule within one second. */
const writerPatience: Duration = seconds(30)

/** After this time a file that was renamed is left even if no new one has come in its place. */
const longPatience: Duration = seconds(3600)

/**
 * The files to open. A file is known by its inode, so a renamed one stays open under any name, and one that several
 * paths lead to is open once.
 */
export const filesToOpen = (
  followed: readonly Followed[],
  sights: readonly FileSight[],
): readonly FileSight[] => {
  const known = new Set(followed.map(({ id }) => id))
  return sights.filter(({ id }) => {
    const isNew = !known.has(id)
    known.add(id)
    return isNew
  })
}

/**
 * The files to leave: those at no path any more that were quiet for `writerPatience` while another file stood at their
 * path or no name led to them any more. Until then their writers may still be writing to them.
 */
export const filesToLeave = (
  followed: readonly Followed[],
  sights: readonly FileSight[],
  now: Instant,
): readonly string[] => {
  const seen = new Set(sights.map(({ id }) => id))
  const occupied = new Set(sights.map(({ path }) => path))
  return followed
    .filter(({ id, path, unlinked, active }) => {
      if (seen.has(id)) return false
      const quiet = span(active, now)
      return quiet >= longPatience || (quiet >= writerPatience && (unlinked || occupied.has(path)))
    })
    .map(({ id }) => id)
}
