/** Writes short texts to handles: at less cost than by a call of the file system, and without memory for the bytes. */

import { type RawHandle, type WriteRequest, writeRequestClass } from './raw-handle.ts'

const Request = writeRequestClass()

/** What Node writes without a copy in memory of its own. 0 where it cannot be done: bytes are to be written then. */
export const longestText = Request === undefined ? 0 : 16_384

/** Serves one write after the other, until one goes on after the call. */
let request = Request && new Request()

/**
 * Writes at most `longestText` characters, each a byte. `broken`: as after a reset. A request: the kernel does not take all of
 * it now, and the rest follows by itself.
 */
export function writeText(handle: RawHandle, text: string): 'taken' | 'broken' | WriteRequest {
  if (Request === undefined || request === undefined) throw new Error('no texts can be written')
  if (handle.writeLatin1String(request, text) !== 0) return 'broken'
  if (request.getAsyncId() <= 0) return 'taken'
  const pending = request
  request = new Request()
  return pending
}
