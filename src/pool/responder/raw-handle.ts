/**
 * The libuv handle of a socket. Node documents none of this; it is the way to give a connection to another process without
 * reading from it in between, and to serve one without the cost of a stream. `test/pool/socket-wire.test.ts` pins it for each
 * version of Node.
 */

import { type OnReadOpts, type Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export interface RawHandle {
  readonly fd: number
  /** All that was read so far. */
  readonly bytesRead: number
  /** Called after a read, and at the end or an error: `bytesRead` is then as before. */
  onread: () => void
  /** From now on it is read into this memory, from its beginning each time. */
  useUserBuffer(buffer: Uint8Array): void
  readStart(): number
  readStop(): number
  close(): void
}

export function isRawHandle(value: unknown): value is RawHandle {
  if (typeof value !== 'object' || value === null) return false
  return (
    typeof Reflect.get(value, 'fd') === 'number' &&
    typeof Reflect.get(value, 'bytesRead') === 'number' &&
    typeof Reflect.get(value, 'useUserBuffer') === 'function' &&
    typeof Reflect.get(value, 'readStart') === 'function' &&
    typeof Reflect.get(value, 'readStop') === 'function' &&
    typeof Reflect.get(value, 'close') === 'function'
  )
}

export function handleOf(stream: Duplex): RawHandle | undefined {
  const handle: unknown = Reflect.get(stream, '_handle')
  return isRawHandle(handle) ? handle : undefined
}

/** A socket upon a handle; it begins to read. With `onread` that gets what is read, in place of 'data'. */
export function socketOn(handle: RawHandle, onread?: OnReadOpts): Socket {
  const options = { handle, onread, allowHalfOpen: true, readable: true, writable: true }
  return new Socket(options)
}

/**
 * Hands over each connection as it is accepted, before a socket is made of it. To be called at 'listening': before that no
 * connection is accepted. With a Node whose handles are others the server goes on as usual.
 */
export function takeConnections(server: Server, onHandle: (handle: RawHandle) => void): void {
  const listening: unknown = Reflect.get(server, '_handle')
  if (typeof listening !== 'object' || listening === null) return
  const usual: unknown = Reflect.get(listening, 'onconnection')
  if (typeof usual !== 'function') return
  Reflect.set(listening, 'onconnection', (status: number, handle: unknown) => {
    if (status === 0 && isRawHandle(handle)) onHandle(handle)
    else Reflect.apply(usual, listening, [status, handle])
  })
}
