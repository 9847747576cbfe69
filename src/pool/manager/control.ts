/** The control socket: whoever may open it gets the pool's status as JSON. */

import { renameSync } from 'node:fs'
import { createServer } from 'node:net'
import type { PoolStatus } from '../status/pool-status.ts'
import { remover, socketPathProblem } from './socket-path.ts'
import { reasonOf } from './system-error.ts'

/** Of a dot and the longest pid. */
const suffixBytes = 8

/**
 * Resolves with the way to take it down. A later pool may take the path over at any time. Rejects with an `Error` that says
 * why there can be none; what is no socket is not replaced.
 */
export async function openControl(path: string, status: () => PoolStatus): Promise<() => void> {
  const refusal = (because: string): Error => new Error(`cannot open the control socket ${path}: ${because}`)
  const problem = socketPathProblem(path, suffixBytes)
  if (problem !== undefined) throw refusal(problem)
  const own = `${path}.${process.pid}`
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.setTimeout(5_000, () => socket.destroy())
    socket.end(`${JSON.stringify(status())}\n`)
    socket.resume()
  })
  // Only whoever runs the pool may look, whatever the folder's mode.
  const mask = process.umask(0o177)
  return new Promise((resolve, reject) => {
    server.on('error', (error) => reject(refusal(reasonOf(error))))
    server.listen(own, () => {
      // Renamed, so that the path always leads to a pool; Node would remove it by the name that it bound.
      try {
        renameSync(own, path)
      } catch (error) {
        server.close()
        reject(refusal(reasonOf(error)))
        return
      }
      server.unref()
      const remove = remover(path)
      resolve(() => {
        server.close()
        remove()
      })
    })
    process.umask(mask)
  })
}
