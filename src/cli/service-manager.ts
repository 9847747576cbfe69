/** Connects a run with the service manager that started it; does nothing where there is none. */

import type { Logger } from 'pino'
import { notifierFrom } from '../platform/notify.ts'
import { giveLifeSigns } from '../service/life-signs.ts'
import { ManagerReporter } from '../service/manager-reporter.ts'
import type { Source } from '../sources/source.ts'

export interface ServiceManagerOptions {
  readonly log: Logger
  /** Those that are being read now. */
  readonly sources: () => readonly Source[]
  /** The run is to end. */
  readonly signal: AbortSignal
}

export interface ServiceManager {
  readonly reporter: ManagerReporter
  /** The run has ended. */
  close(): Promise<void>
}

export function serviceManager({ log, sources, signal }: ServiceManagerOptions): ServiceManager {
  const notifier = notifierFrom(process.env, (reason) =>
    log.warn({ type: 'notify' }, `the service manager could not be told: ${reason}`),
  )
  const reporter = new ManagerReporter(notifier)
  const ended = new AbortController()
  const stopping = new Promise<void>((resolve) => {
    const stop = AbortSignal.any([signal, ended.signal])
    stop.addEventListener('abort', () => resolve(reporter.stopping()))
    void giveLifeSigns({ notifier, sources, onStall: (stalls) => tellStall(log, stalls), signal: stop })
  })
  return {
    reporter,
    close: () => {
      ended.abort()
      return stopping
    },
  }
}

function tellStall(log: Logger, stalls: readonly string[]): void {
  if (stalls.length === 0) log.info({ type: 'stall', stalls }, 'every source gets on again')
  else log.error({ type: 'stall', stalls }, `${stalls.join('; ')}: systemd is given no more signs of life`)
}
