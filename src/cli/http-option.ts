/** `--http`: what it says, and what it needs. */

import { isIP } from 'node:net'
import { realClock } from '../platform/clock.ts'
import type { Metrics, MetricsFacts } from '../service/metrics.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { version } from './version.ts'

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** `9100`, `127.0.0.1:9100`, `[::1]:9100`. */
export function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, digits = ''] = /^(?:(?:\[([^\]]*)\]|([^:]*)):)?(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain ?? '127.0.0.1'
  const port = Number(digits)
  if (digits !== '' && port <= 65_535 && isIP(host) !== 0) return { host, port }
  throw new CommandError(
    `--http: expected a port such as 9100, or an address with one such as 127.0.0.1:9100 or [::1]:9100, got ${JSON.stringify(text)}`,
    exitCode.usage,
  )
}

/** Loaded where it is wanted: it takes memory. */
export async function metricsOf(facts: () => MetricsFacts): Promise<Metrics> {
  const { Metrics } = await import('../service/metrics.ts')
  return new Metrics(version, () => realClock.now(), facts)
}
