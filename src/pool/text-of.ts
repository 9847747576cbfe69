import { inspect } from 'node:util'

/** What was thrown or logged, in words: of an error its stack and its causes. Whatever it is, this does not throw. */
export function textOf(value: unknown): string {
  try {
    return typeof value === 'string' ? value : inspect(value)
  } catch {
    return 'a value that cannot be shown'
  }
}
