import { inspect } from 'node:util'

/** What was thrown or logged, in words; whatever it is, this does not throw. */
export function textOf(value: unknown): string {
  try {
    if (typeof value === 'string') return value
    if (value instanceof Error && typeof value.stack === 'string') return value.stack
    return inspect(value)
  } catch {
    return 'a value that cannot be shown'
  }
}
