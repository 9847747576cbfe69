/** The English names of months and weekdays, as logs have them. */

const pack = (name: string, at: number): number =>
  (name.charCodeAt(at) << 16) | (name.charCodeAt(at + 1) << 8) | name.charCodeAt(at + 2)

const packed = (names: string): readonly number[] => names.split(' ').map((name) => pack(name, 0))

const months: ReadonlyMap<number, number> = new Map(
  packed('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec').map((name, index) => [name, index + 1]),
)
const weekdays: ReadonlySet<number> = new Set(packed('Mon Tue Wed Thu Fri Sat Sun'))

/** The month, from 1, whose name begins with the three letters at `at`; -1 where there is none. */
export const monthAt = (line: string, at: number): number => months.get(pack(line, at)) ?? -1

export const isWeekdayAt = (line: string, at: number): boolean => weekdays.has(pack(line, at))
