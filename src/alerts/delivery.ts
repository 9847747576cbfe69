/** What became of one attempt to deliver an alert, and when to try again. Pure. */

import { type Duration, type Instant, milliseconds, seconds } from '../engine/time.ts'

export type Delivery =
  | { readonly kind: 'delivered' }
  /** It may be taken later. `why` is one line without anything secret. */
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfter?: Duration }
  /** It will never be taken. */
  | { readonly kind: 'refused'; readonly why: string }

export interface DeliveryOptions {
  /** Directory of systemd's credentials. */
  readonly credentials: string | undefined
  readonly now: Instant
  readonly repeatInterval: Duration
  /** Gives the attempt up. */
  readonly signal: AbortSignal
}

const first = seconds(1)
const longest = seconds(300)
/** What a server asks for is done up to this. */
const longestAsked = seconds(3_600)

/**
 * How long to wait after so many failures in a row: twice as long after each, up to 5 min, of which `random` (0 to 1)
 * takes up to half away, so that many watchdogs do not come at once.
 */
export function retryDelay(failures: number, random: number, retryAfter?: Duration): Duration {
  const growing = Math.min(first * 2 ** Math.min(failures - 1, 30), longest)
  const jittered = growing * (1 - random / 2)
  const asked = Math.min(retryAfter ?? 0, longestAsked)
  return milliseconds(Math.max(jittered, asked) / 1_000)
}
