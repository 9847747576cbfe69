/** Waits for the end of systemd's jobs. */

import type { Systemd } from './systemd.ts'
import { jobType } from './unit-reading.ts'

export type JobEnd =
  /** `result` is one of those of JobRemoved in org.freedesktop.systemd1(5). */
  | { readonly kind: 'removed'; readonly result: string }
  /** It ended while the bus or systemd was away, so nobody told us how. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'timed-out' }

export interface JobWatch {
  /** Waits for the end of the job at `path`, or until `signal` aborts. */
  end(path: string, signal: AbortSignal): Promise<JobEnd>
  close(): void
}

/** Sees all jobs end from now until `close`: begin it before the call that makes a job, which may end before the reply. */
export function watchJobs(systemd: Systemd): JobWatch {
  const results = new Map<string, string>()
  const remember = (path: string, result: string) => {
    results.set(path, result)
  }
  systemd.on('job', remember)

  const end = (path: string, signal: AbortSignal) =>
    new Promise<JobEnd>((resolve) => {
      const settle = (end: JobEnd) => {
        systemd.off('job', look)
        systemd.off('ready', ask)
        signal.removeEventListener('abort', giveUp)
        resolve(end)
      }
      const look = () => {
        const result = results.get(path)
        if (result !== undefined) settle({ kind: 'removed', result })
      }
      const ask = async () => {
        const job = await jobType(systemd, path)
        if (job.kind === 'gone') settle({ kind: 'unseen' })
      }
      const giveUp = () => settle({ kind: 'timed-out' })
      systemd.on('job', look)
      systemd.on('ready', ask)
      signal.addEventListener('abort', giveUp)
      if (signal.aborted) giveUp()
      else look()
    })
  return { end, close: () => systemd.off('job', remember) }
}
