/**
 * One connection to a bus by dbus-next, with everything contained by which that library ends a process or waits for
 * ever. Nothing else imports dbus-next; of it only `Message`, `call` and the `message` event are used.
 */

import { Socket } from 'node:net'
import dbus from 'dbus-next'
import type { BusValue, MethodCall, Reply, Signal } from './message.ts'

export interface ConnectionListener {
  connected(): void
  signal(signal: Signal): void
  /** The connection has ended, or could not be made; called once, and nothing is called after it. */
  closed(reason: string): void
}

export interface Connection {
  call(call: MethodCall, timeoutMs: number): Promise<Reply>
  /** Ends it at once; pending calls become `unanswered`. */
  close(reason: string): void
}

export interface ConnectionOptions {
  /** Path of the bus's Unix socket. */
  readonly path: string
  /** How long the bus itself may take to let us in, or to answer a ping. */
  readonly answerMs: number
  /** Told what comes of it; never before `openConnection` has returned. */
  readonly listener: ConnectionListener
}

export function openConnection({ path, answerMs, listener }: ConnectionOptions): Connection {
  const library = dbus.sessionBus({ busAddress: `unix:socket=${path}`, authMethods: ['EXTERNAL'] })
  const stream = streamOf(library)
  const pending = new Set<(reply: Reply) => void>()
  let connected = false
  let reason = closed

  const close = (why: string) => {
    if (stream.destroyed) return
    reason = why
    stream.destroy()
  }
  // Without a listener at once an error would end the process. What is no error of the socket (a message that the
  // library cannot read) must not end a connection: any user of the bus could send one. Loss is told by `close`.
  library.on('error', (error: unknown) => {
    if (connected && stream.errored === null) return
    reason = describe(error)
    stream.destroy()
  })
  containReadErrors(stream, (error) => close(`the bus sent what cannot be read: ${describe(error)}`))
  const handshake = setTimeout(() => close('the bus does not answer'), answerMs)

  library.on('connect', () => {
    connected = true
    clearTimeout(handshake)
    queueMicrotask(listener.connected)
  })
  library.on('message', (message) => {
    if (message.type === dbus.MessageType.ERROR && !connected) {
      // Hello was refused. The library's own handler of that throws where nobody can catch it: it gets to see none.
      message.replySerial = ''
      close(`the bus refused us: ${String(message.body[0] ?? message.errorName)}`)
    }
    if (message.type !== dbus.MessageType.SIGNAL || stream.destroyed) return
    const { sender, path, interface: name, member, body } = message
    const signal: Signal = { sender, path, interface: name, member, body: body.map(plain) }
    // The library swallows what its listeners throw; out here a bug of ours is seen.
    queueMicrotask(() => listener.signal(signal))
  })
  const gone = new Promise((resolve) => stream.once('close', resolve)).then(() => {
    clearTimeout(handshake)
    listener.closed(reason)
    for (const settle of pending) settle({ kind: 'unanswered', message: reason })
  })

  const call = (call: MethodCall, timeoutMs: number): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const settle = (reply: Reply) => {
        clearTimeout(timer)
        pending.delete(settle)
        resolve(reply)
      }
      const timer = setTimeout(() => {
        settle({ kind: 'unanswered', message: `no answer to ${call.member} in time` })
        if (call !== ping) void check()
      }, timeoutMs)
      // Not before `closed` was told: whoever tries again at once would do so for ever.
      const unsent = () => void gone.then(() => settle({ kind: 'unsent', message: reason }))
      if (!stream.writable) return unsent()
      pending.add(settle)
      library.call(messageOf(call)).then(
        (reply) => settle({ kind: 'reply', body: (reply?.body ?? []).map(plain) }),
        (error: unknown) => {
          if (!(error instanceof dbus.DBusError)) return reject(error)
          settle({ kind: 'error', name: error.type, message: error.text })
        },
      )
    })

  /** Tells a slow service from a bus that has gone without closing the socket. */
  const check = async () => {
    const reply = await call(ping, answerMs)
    if (reply.kind === 'unanswered') close('the bus does not answer')
  }
  return { call, close }
}

const ping: MethodCall = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus.Peer',
  member: 'Ping',
}

/** Services are never started for us, and nobody is ever asked for a password on our behalf. */
const messageOf = ({ body = [], ...call }: MethodCall) =>
  new dbus.Message({ ...call, body: [...body], flags: dbus.MessageFlag.NO_AUTO_START })

/** The library tells neither the end of its stream nor lets it be closed: both need the stream itself. */
function streamOf(library: dbus.MessageBus): Socket {
  const stream: unknown = Reflect.get(Object(Reflect.get(library, '_connection')), 'stream')
  if (stream instanceof Socket) return stream
  throw new Error('this version of dbus-next keeps its stream elsewhere')
}

/** The library parses in listeners of `readable`; what a malformed frame makes them throw goes to `failed`. */
function containReadErrors(stream: Socket, failed: (error: unknown) => void): void {
  const emit = stream.emit.bind(stream)
  const contained = (event: string, ...values: unknown[]): boolean => {
    if (event !== 'readable') return emit(event, ...values)
    try {
      return emit(event)
    } catch (error) {
      failed(error)
      return true
    }
  }
  Object.defineProperty(stream, 'emit', { value: contained })
}

function plain(value: unknown): BusValue {
  if (value instanceof dbus.Variant) return plain(value.value)
  if (Buffer.isBuffer(value)) return value
  if (Array.isArray(value)) return value.map(plain)
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value
    default:
      return new Map(Object.entries(Object(value)).map(([name, inner]) => [name, plain(inner)]))
  }
}

const closed = 'the bus closed the connection'

/** Whether the end of a bus is seen by a reading or by a writing is a matter of luck. */
const describe = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  return /ECONNRESET|EPIPE/.test(message) ? closed : message
}
