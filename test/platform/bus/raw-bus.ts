/** A "bus" that says what a test wants it to: it lets everybody in, and then sends the bytes that it is given. */

import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RawBus extends AsyncDisposable {
  readonly address: string
  /** Connections that were made so far. */
  readonly connections: number
  /** Sends `bytes` to everybody who is connected. */
  send(bytes: Buffer): void
}

/** `greeting` answers the first line of authentication; `first` is sent when the client begins to talk D-Bus. */
export async function rawBus(greeting: string, first: Buffer): Promise<RawBus> {
  const folder = await mkdtemp(join(tmpdir(), 'raw-bus-'))
  const path = join(folder, 'socket')
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => sockets.delete(socket))
    let heard = ''
    socket.on('data', (bytes) => {
      const before = heard
      heard += bytes.toString('latin1')
      if (!before.includes('AUTH') && heard.includes('AUTH')) socket.write(greeting)
      if (!before.includes('BEGIN\r\n') && heard.includes('BEGIN\r\n')) socket.write(first)
    })
  })
  server.listen(path)
  await once(server, 'listening')
  return {
    address: `unix:path=${path}`,
    get connections() {
      return connections
    },
    send: (bytes) => {
      for (const socket of sockets) socket.write(bytes)
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
      await rm(folder, { recursive: true })
    },
  }
}
