/** How far a long command has come, on one line of a terminal that it takes away in the end. */

import { statSync } from 'node:fs'
import { spanText } from '../report/time-text.ts'
import type { Batch } from '../sources/source.ts'
import { isCompressedLog } from './compressed-log.ts'

const everyMs = 200
/** What is over before that needs no bar. */
const patienceMs = 1_000
const barLength = 24

export interface Progress {
  watch(batches: AsyncIterable<Batch>): AsyncIterable<Batch>
  end(): void
}

/** Does nothing where `stream` is no terminal. Remaining time is told where all inputs are plain files. */
export function progressOn(stream: NodeJS.WriteStream, paths: readonly string[]): Progress {
  if (!stream.isTTY) return { watch: (batches) => batches, end: () => undefined }
  const total = sizeOf(paths)
  const began = performance.now()
  let [events, bytes, shown] = [0, 0, 0]
  const draw = (): void => {
    const now = performance.now()
    if (now - began < patienceMs || now - shown < everyMs) return
    shown = now
    stream.write(`\r\u001b[K${progressText({ events, bytes, total, seconds: (now - began) / 1_000 })}`)
  }
  return {
    async *watch(batches) {
      for await (const batch of batches) {
        yield batch
        events += batch.events.length + (batch.skipped ?? 0)
        bytes += batch.bytes ?? 0
        draw()
      }
    },
    end: () => {
      if (shown > 0) stream.write('\r\u001b[K')
    },
  }
}

/** Bytes of all; `undefined` where that does not say how much there is to do. */
function sizeOf(paths: readonly string[]): number | undefined {
  let sum = 0
  for (const path of paths) {
    const stats =
      path === '-' || isCompressedLog(path) ? undefined : statSync(path, { throwIfNoEntry: false })
    if (stats?.isFile() !== true) return undefined
    sum += stats.size
  }
  return sum === 0 ? undefined : sum
}

interface Facts {
  readonly events: number
  readonly bytes: number
  readonly total: number | undefined
  readonly seconds: number
}

/** `██████░░  62 %  12.4 M events, 25.1 M/s, 3s left`. */
export function progressText({ events, bytes, total, seconds }: Facts): string {
  const rate = `${short(events)} events, ${short(events / seconds)}/s`
  if (total === undefined || bytes === 0) return rate
  const share = Math.min(1, bytes / total)
  const full = Math.floor(share * barLength)
  const left = Math.round((seconds / share) * (1 - share)) * 1_000_000
  return `${'█'.repeat(full)}${'░'.repeat(barLength - full)} ${String(Math.floor(share * 100)).padStart(3)} %  ${rate}, ${spanText(left)} left`
}

const short = (count: number): string =>
  count >= 1e6
    ? `${(count / 1e6).toFixed(1)} M`
    : count >= 1e3
      ? `${(count / 1e3).toFixed(1)} k`
      : count.toFixed(0)
