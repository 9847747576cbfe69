/** A folder and a free port for one test, and what must be ended with it. */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Workspace {
  readonly directory: string
  path(name: string): string
  /** Writes a file and gives its path. */
  write(name: string, text: string): string
  /** Called in reverse order at the end. */
  onEnd(end: () => unknown): void
  end(): Promise<void>
}

export function workspace(): Workspace {
  const directory = mkdtempSync(join(tmpdir(), 'fcgi-pool-'))
  // Web servers' workers run as a user of their own and must reach the socket.
  chmodSync(directory, 0o755)
  const ends: (() => unknown)[] = []
  const path = (name: string): string => join(directory, name)
  return {
    directory,
    path,
    write: (name, text) => {
      writeFileSync(path(name), text)
      return path(name)
    },
    onEnd: (end) => ends.push(end),
    end: async () => {
      for (const end of ends.reverse()) await end()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  return address.port
}
