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
  /** Bytes that were written and that the kernel has not taken. */
  readonly writeQueueSize: number
  /** Each character is a byte. Returns 0, or the number of an error; the rest of what the kernel does not take follows later. */
  writeLatin1String(request: WriteRequest, text: string): number
  close(): void
}

/** Stands for a write that goes on after the call; one that does not leaves it as it was. */
export interface WriteRequest {
  /** Not above 0 while it stands for no write. */
  getAsyncId(): number
  /** `status` is 0, or the number of an error. */
  oncomplete?: (status: number) => void
}

export function isRawHandle(value: unknown): value is RawHandle {
  if (typeof value !== 'object' || value === null) return false
  return (
    typeof Reflect.get(value, 'fd') === 'number' &&
    typeof Reflect.get(value, 'bytesRead') === 'number' &&
    typeof Reflect.get(value, 'useUserBuffer') === 'function' &&
    typeof Reflect.get(value, 'readStart') === 'function' &&
    typeof Reflect.get(value, 'readStop') === 'function' &&
    typeof Reflect.get(value, 'writeQueueSize') === 'number' &&
    typeof Reflect.get(value, 'writeLatin1String') === 'function' &&
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

/** The class of the requests that a socket makes for its handle; `undefined` with a Node that makes others. */
export function writeRequestClass(): (new () => WriteRequest) | undefined {
  let made: unknown
  const handle = {
    writeLatin1String: (request: unknown): number => {
      made = request
      return 0
    },
  }
  const options = { handle, readable: false, writable: true }
  new Socket(options).on('error', () => undefined).write('.', 'latin1')
  const found: unknown = typeof made === 'object' && made !== null ? made.constructor : undefined
  return isWriteRequestClass(found) ? found : undefined
}

function isWriteRequestClass(value: unknown): value is new () => WriteRequest {
  return typeof value === 'function' && typeof Reflect.get(value.prototype, 'getAsyncId') === 'function'
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
