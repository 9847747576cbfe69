/** The dispatcher of `dispatch: idle`: accepts in place of the workers, and gives each request to an idle one. */

import { exitStatus } from '../exit-status.ts'
import { endWith, hearManager, tellManager } from '../manager-link.ts'
import type { ToWorker } from '../messages.ts'
import { Door } from '../responder/door.ts'
import { isRawHandle, socketOn } from '../responder/raw-handle.ts'
import { DispatchQueue } from './dispatch-queue.ts'

const listenDescriptor = 3
const orphanMs = 500

let dispatcher: { readonly queue: DispatchQueue; readonly door: Door } | undefined
let leaving = false
let requests = 0

function start({ settings, maxQueue }: Extract<ToWorker, { kind: 'start' }>): void {
  const queue = new DispatchQueue({
    maxWaiting: maxQueue,
    onNeed: (waiting, served) => tellManager({ kind: 'need', waiting, served }),
    onDone: () => {
      requests += 1
      endIfDone()
    },
  })
  const door = new Door({
    limits: settings.limits,
    activeRequests: () => queue.active,
    onRequest: (exchange) => queue.take(exchange),
    move: (key, handle, nginx) => tellManager({ kind: 'move', key, nginx }, handle),
    onLeft: endIfDone,
  })
  dispatcher = { queue, door }
  setInterval(() => door.watch(settings), 200).unref()
  tellManager({ kind: 'loaded' })
}

function open(): void {
  const ready = (): void => tellManager({ kind: 'ready' })
  dispatcher?.door.open(listenDescriptor, ready, (error) =>
    endWith(exitStatus.accept, `cannot accept: ${error.message}`),
  )
}

function leave(move: boolean, withinMs: number): void {
  leaving = true
  if (dispatcher === undefined) endWith(exitStatus.ok)
  else dispatcher.door.leave(move, withinMs)
}

function endIfDone(): void {
  if (leaving && dispatcher?.queue.active === 0 && dispatcher.door.empty) endWith(exitStatus.ok)
}

function abort(): void {
  dispatcher?.queue.abortAll(new Error('the pool is shut down'))
  dispatcher?.door.closeUnused()
  endIfDone()
}

function report(): void {
  if (dispatcher === undefined) return
  const { active, queue } = dispatcher.queue
  const memory = process.memoryUsage.rss()
  tellManager({ kind: 'pong', report: { requests, active, load: active > 0 ? 1 : 0, memory, queue } })
}

function hear(message: ToWorker, handle: unknown): void {
  switch (message.kind) {
    case 'start':
      start(message)
      break
    case 'open':
      open()
      break
    case 'ping':
      report()
      break
    case 'leave':
      leave(message.move, message.withinMs)
      break
    case 'abort':
      abort()
      break
    case 'link':
      if (isRawHandle(handle)) dispatcher?.queue.link(message.key, socketOn(handle))
      break
    case 'unlink':
      dispatcher?.queue.unlink(message.key)
      break
    case 'adopt':
      if (dispatcher !== undefined && isRawHandle(handle)) {
        // First, as the request that waits there may be the end of this process.
        tellManager({ kind: 'adopted', key: message.key })
        dispatcher.door.adopt(handle, message.nginx)
      }
      break
    case 'moved':
      dispatcher?.door.moved(message.key, message.taken)
      break
    case 'status':
      break
  }
}

function orphaned(): void {
  leave(false, orphanMs)
  setTimeout(abort, orphanMs)
  setTimeout(() => process.exit(exitStatus.ok), 1.6 * orphanMs)
}

process.title = 'fcgi-pool: dispatcher'
for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGTERM'] as const)
  process.on(signal, () => undefined)
hearManager(hear, orphaned)
