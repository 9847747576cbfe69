/** Turns what is wrong with the paths into notices: once when it begins, once when it is over. */

import { type Duration, type Instant, seconds, span } from '../../engine/time.ts'
import type { SourceNotice } from '../source.ts'
import type { Trouble } from './sight.ts'

/** A file that was there may be missing this long: a rotation moves it away before it makes the new one. */
const rotationTime: Duration = seconds(5)

interface Known {
  readonly since: Instant
  readonly message: string
  readonly told: boolean
}

export interface Availability {
  /** Notices about what has changed; `troubles` is everything that is wrong now. */
  tell(troubles: readonly Trouble[], now: Instant): readonly SourceNotice[]
}

export const availability = (source: string): Availability => {
  let known: ReadonlyMap<string, Known> = new Map()
  let isFirst = true

  const notice = (kind: SourceNotice['kind'], at: Instant, message: string): SourceNotice => ({
    sources: [source],
    at,
    kind,
    message: `source ${source}: ${message}`,
  })

  return {
    tell(troubles, now) {
      const notices: SourceNotice[] = []
      const current = new Map<string, Known>()
      for (const { path, why, message } of troubles) {
        const before = known.get(path)
        const since = before?.since ?? now
        const isDue = isFirst || why === 'other' || span(since, now) >= rotationTime
        const isNew = !before?.told || before.message !== message
        if (isDue && isNew) notices.push(notice('unavailable', now, `${message}; waiting for it`))
        current.set(path, { since, message, told: isDue || before?.told === true })
      }
      for (const [path, { told }] of known) {
        if (told && !current.has(path)) notices.push(notice('available', now, `${path} is there and is read`))
      }
      known = current
      isFirst = false
      return notices
    },
  }
}
