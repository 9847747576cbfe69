/** A pool's status as people read it. */

import type { PoolStatus } from './pool-status.ts'

export function statusText(status: PoolStatus): string {
  const exits = Object.entries(status.exits).map(([reason, count]) => `${reason} ${count}`)
  const { queue } = status
  const lines = [
    `manager:  ${status.manager}, ${status.state}, up ${status.upSeconds} s, ${status.reloads} reloads`,
    `listen:   ${status.listen}, dispatch ${status.dispatch}`,
    `requests: ${status.requests}`,
    ...(queue === undefined
      ? []
      : [
          `queue:    ${queue.waiting} waiting for ${ms(queue.oldestMs)}, longest wait ${ms(queue.longestMs)}`,
        ]),
    `exits:    ${exits.length === 0 ? 'none' : exits.join(', ')}`,
    '',
    row('PID', 'STATE', 'AGE', 'REQUESTS', 'ACTIVE', 'LOAD', 'MEMORY'),
    ...status.workers.map((worker) =>
      row(
        String(worker.pid),
        worker.state,
        `${worker.ageSeconds} s`,
        String(worker.requests),
        String(worker.active),
        `${Math.round(worker.load * 100)} %`,
        `${Math.round(worker.memory / (1 << 20))} MiB`,
      ),
    ),
  ]
  return `${lines.join('\n')}\n`
}

const row = (...cells: readonly string[]): string =>
  cells
    .map((cell) => cell.padEnd(9))
    .join(' ')
    .trimEnd()

const ms = (milliseconds: number): string => `${Math.round(milliseconds)} ms`
