/** A worker's end of the channel to its manager. */

import type { FromWorker, ToWorker } from './messages.ts'
import { isObject } from './messages.ts'

export function tellManager(message: FromWorker, handle?: object): void {
  if (process.connected !== true) return
  const send: unknown = process.send
  // A raw handle is not among the types that are documented, but is what keeps unread bytes in the kernel.
  if (typeof send === 'function') Reflect.apply(send, process, [message, handle, undefined, () => undefined])
}

const lookMs = 200

/** Calls `hear` with what the manager says, and `orphaned` when it has gone. */
export function hearManager(hear: (message: ToWorker, handle: unknown) => void, orphaned: () => void): void {
  process.on('message', (message: unknown, handle: unknown) => {
    if (isToWorker(message)) hear(message, handle)
  })
  let isOrphan = false
  const look = (): void => {
    if (isOrphan || process.connected === true) return
    isOrphan = true
    orphaned()
  }
  process.on('disconnect', look)
  // Node does not tell of it while a connection is on its way to the manager, which will never acknowledge that now.
  setInterval(look, lookMs).unref()
}

/** Only the manager has the other end of the channel; that it speaks our version is all that can be in doubt. */
const isToWorker = (message: unknown): message is ToWorker =>
  isObject(message) && typeof message['kind'] === 'string'

/** Ends the process as soon as the manager has been told why, and whatever was told before. */
export function endWith(status: number, text?: string): void {
  if (process.connected !== true || process.send === undefined) process.exit(status)
  const message: FromWorker = { kind: 'reason', text: text ?? '' }
  process.send(message, () => process.exit(status))
  setTimeout(() => process.exit(status), 500)
}
