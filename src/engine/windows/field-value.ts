/** The value of a field as conditions read it. */

import type { Sample } from './window.ts'

/** The named group of that name, else the event's field (the first value, where it is repeated). */
export function fieldValue({ captures, event }: Sample, name: string): string | undefined {
  const value = captures.get(name) ?? event.fields.get(name)
  return typeof value === 'string' ? value : value?.[0]
}

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
/** Nothing measures beyond this; sums of such numbers stay finite. */
const greatest = 1e100

/** A decimal number and nothing else around it, not beyond ±1e100. */
export function numberFrom(text: string | undefined): number | undefined {
  if (text === undefined || !decimal.test(text)) return undefined
  const value = Number(text)
  // Zero is added because there is a negative one, which would be saved as a positive one.
  return Math.abs(value) <= greatest ? value + 0 : undefined
}
