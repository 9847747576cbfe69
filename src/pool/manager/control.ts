/** The control socket: whoever may open it gets the pool's status as JSON. */

import { renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { PoolStatus } from '../status/pool-status.ts'

/** Resolves with the way to take it down. A later pool may take the path over at any time. */
export function openControl(path: string, status: () => PoolStatus): Promise<() => void> {
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
    server.on('error', (error) =>
      reject(new Error(`cannot open the control socket ${path}: ${error.message}`)),
    )
    server.listen(own, () => {
      // Renamed, so that the path always leads to a pool; Node would remove it by the name that it bound.
      renameSync(own, path)
      server.unref()
      resolve(() => {
        server.close()
        rmSync(path, { force: true })
      })
    })
    process.umask(mask)
  })
}
