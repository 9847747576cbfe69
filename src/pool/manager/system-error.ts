/** What the system answered, in words. */

import { getSystemErrorMap } from 'node:util'
import { isObject } from '../messages.ts'

const plainer: ReadonlyMap<number, string> = new Map([
  [-98, 'the address is already in use'],
  [-99, 'the address is not of this machine'],
])

/** `errno`: negative, as Node has it. */
export const systemErrorText = (errno: number): string =>
  plainer.get(errno) ?? getSystemErrorMap().get(errno)?.[1] ?? `error ${-errno}`

/** Of something that was thrown: the system's answer, if it was that. */
export function reasonOf(error: unknown): string {
  if (isObject(error) && typeof error['errno'] === 'number') return systemErrorText(error['errno'])
  return error instanceof Error ? error.message : String(error)
}
