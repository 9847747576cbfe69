/** Civil dates as day counts and wall-clock microseconds. Pure arithmetic; knows no zone. */

/** Microseconds of a day without leap seconds. */
export const dayMicros = 86_400_000_000

/** Instants are safe integers until 2255; a date outside these years is not taken for the time of a log line. */
const firstYear = 1970
const lastYear = 2254

const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const
const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** Days from 1970-01-01 to the date (month and day count from 1); undefined where no such day exists. */
export const dayNumber = (year: number, month: number, day: number): number | undefined => {
  const length = lengths[month - 1]
  const before = daysBefore[month - 1]
  if (length === undefined || before === undefined || year < firstYear || year > lastYear) return undefined
  const leap = isLeap(year)
  if (day < 1 || day > (month === 2 && leap ? 29 : length)) return undefined
  const past = year - 1
  const leaps = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - 477
  return (year - firstYear) * 365 + leaps + before + day - 1 + (leap && month > 2 ? 1 : 0)
}

/** The year in which a count of microseconds since 1970-01-01T00:00 lies. */
export const yearOf = (micros: number): number => new Date(micros / 1000).getUTCFullYear()

/**
 * Microseconds since midnight; undefined for an impossible time. A leap second (`:60`) is the last microsecond of its
 * minute, because the microsecond counts of this program, as those of POSIX, have none.
 */
export const timeOfDay = (
  hour: number,
  minute: number,
  second: number,
  fraction: number,
): number | undefined => {
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const seconds = hour * 3600 + minute * 60
  return second === 60 ? (seconds + 60) * 1_000_000 - 1 : (seconds + second) * 1_000_000 + fraction
}
