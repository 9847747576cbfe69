/**
 * The libuv handle of a socket. Node documents none of this; it is the way to give a connection to another process without
 * reading from it in between. `test/pool/raw-handle.test.ts` pins it for each version of Node.
 */

import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export interface RawHandle {
  readonly fd: number
  readStart(): number
  readStop(): number
  close(): void
}

export function isRawHandle(value: unknown): value is RawHandle {
  if (typeof value !== 'object' || value === null) return false
  const has = (name: string): boolean => typeof Reflect.get(value, name) === 'function'
  return has('readStart') && has('readStop') && has('close')
}

export function handleOf(stream: Duplex): RawHandle | undefined {
  const handle: unknown = Reflect.get(stream, '_handle')
  return isRawHandle(handle) ? handle : undefined
}

/** A socket upon a handle that came from another process; it begins to read. */
export function socketOn(handle: RawHandle): Socket {
  const options = { handle, allowHalfOpen: true, readable: true, writable: true }
  return new Socket(options)
}
