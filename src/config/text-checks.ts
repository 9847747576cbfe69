/** Checks of single texts of a rule file: each says what is wrong, or undefined. Pure. */

import { constants } from 'node:os'
import { didYouMean } from './did-you-mean.ts'

export const absolutePathProblem = (path: string): string | undefined =>
  path === '-' || path.startsWith('/')
    ? undefined
    : `expected an absolute path, a glob or -, got ${JSON.stringify(path)}; a service has no working directory of yours`

export const commandProblem = (program: string): string | undefined =>
  program.startsWith('/')
    ? undefined
    : `expected the absolute path of a program, got ${JSON.stringify(program)}; a service is not started with your PATH`

export function timezoneProblem(zone: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return undefined
  } catch {
    const hint = didYouMean(zone, Intl.supportedValuesOf('timeZone'))
    return `expected a time zone such as Europe/Berlin, got ${JSON.stringify(zone)}${hint}`
  }
}

export function signalProblem(signal: string): string | undefined {
  const known = Object.keys(constants.signals)
  return known.includes(signal)
    ? undefined
    : `expected a signal such as SIGTERM, got ${JSON.stringify(signal)}${didYouMean(signal, known)}`
}
