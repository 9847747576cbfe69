/** Instants and durations as whole microseconds: the only time the core knows. Reads no clock. */

declare const unit: unique symbol

/** A point in time: whole microseconds since 1970-01-01T00:00:00Z. Safe as an integer until the year 2255. */
export type Instant = number & { readonly [unit]: 'instant' }

/** A length of time in whole microseconds, never negative. */
export type Duration = number & { readonly [unit]: 'duration' }

// What only brands a number is a function declaration: calls of those cost nothing once the program is built.

/** Brands `microseconds` since the epoch; the caller vouches that it is a safe integer. */
export function instant(microseconds: number): Instant {
  return microseconds as Instant
}

/** Brands a length of `microseconds`; the caller vouches that it is a safe integer and not negative. */
export function microseconds(count: number): Duration {
  return count as Duration
}

/** A length of `count` milliseconds, rounded to the microsecond. */
export const milliseconds = (count: number): Duration => Math.round(count * 1_000) as Duration

/** A length of `count` seconds, rounded to the microsecond. */
export const seconds = (count: number): Duration => Math.round(count * 1_000_000) as Duration

/** The instant `length` after `start`. */
export const after = (start: Instant, length: Duration): Instant => (start + length) as Instant

/** Microseconds from `start` to `end`; negative when `end` is the earlier one. */
export const span = (start: Instant, end: Instant): number => end - start
