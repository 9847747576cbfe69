/** The English names of months, as logs have them. */

const pack = (name: string, at: number): number =>
  (name.charCodeAt(at) << 16) | (name.charCodeAt(at + 1) << 8) | name.charCodeAt(at + 2)

const months: ReadonlyMap<number, number> = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, index) => [
    pack(name, 0),
    index + 1,
  ]),
)

/** The month, from 1, whose name begins with the three letters at `at`; -1 where there is none. */
export const monthAt = (line: string, at: number): number => months.get(pack(line, at)) ?? -1
