/** Reading digits out of a line without making strings: the innermost step of every time format. */

/** The digit at `index`; -1 where there is none. */
export const digitAt = (line: string, index: number): number => {
  const code = line.charCodeAt(index) - 48
  return code >= 0 && code <= 9 ? code : -1
}

/** The two-digit number at `index`; -1 where there is none. */
export const twoDigits = (line: string, index: number): number => {
  const tens = digitAt(line, index)
  const ones = digitAt(line, index + 1)
  return tens === -1 || ones === -1 ? -1 : tens * 10 + ones
}

/** The index after the run of digits that begins at `index`. */
export const afterDigits = (line: string, index: number): number => {
  let end = index
  while (digitAt(line, end) !== -1) end += 1
  return end
}

/** Microseconds of the decimals between `start` and `end`; those beyond the sixth are cut off, not rounded. */
export const decimals = (line: string, start: number, end: number): number => {
  let micros = 0
  for (let index = start; index < start + 6; index += 1) {
    micros = micros * 10 + (index < end ? digitAt(line, index) : 0)
  }
  return micros
}
