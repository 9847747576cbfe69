/** A worker process: loads the application, says that it is ready, serves until the manager tells it to leave. */

import { Socket } from 'node:net'
import { exitStatus } from '../exit-status.ts'
import { stderrLog } from '../log.ts'
import { endWith, hearManager, tellManager } from '../manager-link.ts'
import { isObject, type ToWorker } from '../messages.ts'
import { Door } from '../responder/door.ts'
import { takeRequestsOver } from '../responder/lazy-request.ts'
import { takeResponsesOver } from '../responder/light-response.ts'
import { isRawHandle } from '../responder/raw-handle.ts'
import { textOf } from '../text-of.ts'
import { loadApplication } from './application.ts'
import { Service } from './service.ts'
import { StatusInquiry } from './status-inquiry.ts'

/** Where the manager put the listening socket, or the link to the dispatcher. */
const doorDescriptor = 3
/** Without a manager a worker leaves within a second: what is under way has this long, and then its signal fires. */
const orphanMs = 500
/** How long a worker that gave the whole service up waits to be told to leave. */
const exitManagerMs = 10_000

type Start = Extract<ToWorker, { kind: 'start' }>

const log = stderrLog('worker')
const status = new StatusInquiry((key) => tellManager({ kind: 'status', key }))
let worker: { readonly service: Service; readonly door: Door; readonly kind: Start['door'] } | undefined
let leaving = false
let ending = false

async function start({ settings, requests, door: kind }: Start): Promise<void> {
  takeRequestsOver()
  takeResponsesOver()
  const application = await loadApplication(settings)
  if ('status' in application) {
    log.error(application.text)
    endWith(application.status, application.text.split('\n')[0])
    return
  }
  let replaced = false
  const replace = (because: 'max_requests' | 'request_timeout' | 'asked'): void => {
    if (!replaced) tellManager({ kind: 'replace', because })
    replaced = true
  }
  const service = new Service(application, settings, {
    log,
    exitManager,
    status: (asJson) => status.ask(asJson),
    onSlow: () => replace('request_timeout'),
    onDone: () => {
      if (requests !== undefined && service.requests >= requests) replace('max_requests')
      if (leaving) endIfDone()
    },
  })
  const door = new Door({
    limits: settings.limits,
    activeRequests: () => service.active,
    onRequest: (exchange) => service.serve(exchange),
    move: (key, handle, nginx) => tellManager({ kind: 'move', key, nginx }, handle),
    onLeft: endIfDone,
  })
  worker = { service, door, kind }
  process.on('SIGTERM', () => replace('asked'))
  setInterval(() => {
    service.watch()
    door.watch(settings)
  }, 200).unref()
  tellManager({ kind: 'loaded' })
}

/** From here on requests may come: the manager knows it, and will not end this process without asking. */
function open({ door, kind }: NonNullable<typeof worker>): void {
  const ready = (): void => tellManager({ kind: 'ready' })
  if (kind === 'listen') {
    door.open(doorDescriptor, ready, (error) => endWith(exitStatus.accept, `cannot accept: ${error.message}`))
  } else {
    const link = new Socket({ fd: doorDescriptor })
    door.admit(link)
    // Without being asked to leave: the dispatcher has died.
    link.on('close', () => (leaving ? endIfDone() : tellManager({ kind: 'replace', because: 'asked' })))
    ready()
  }
}

function leave(move: boolean, withinMs: number): void {
  leaving = true
  if (worker === undefined) endWith(exitStatus.ok)
  else if (worker.kind === 'listen') worker.door.leave(move, withinMs)
  // Otherwise the dispatcher closes the link, after the last request that it sent.
  else endIfDone()
}

function endIfDone(): void {
  if (!leaving || ending || worker?.service.active !== 0 || !worker.door.empty) return
  ending = true
  tellManager({ kind: 'pong', report: worker.service.report() })
  endWith(exitStatus.ok)
}

function abort(): void {
  worker?.service.abortAll(new Error('the worker is shut down'))
  worker?.door.closeUnused()
  endIfDone()
}

function exitManager(reason: string): void {
  log.error(`the whole service is broken: ${reason}`)
  tellManager({ kind: 'exit-manager', text: reason })
  setTimeout(() => endWith(exitStatus.broken, reason), exitManagerMs)
}

function hear(message: ToWorker, handle: unknown): void {
  switch (message.kind) {
    case 'start':
      start(message).catch((error: unknown) => {
        throw error
      })
      break
    case 'open':
      if (worker !== undefined) open(worker)
      break
    case 'ping':
      if (worker !== undefined) tellManager({ kind: 'pong', report: worker.service.report() })
      break
    case 'leave':
      leave(message.move, message.withinMs)
      break
    case 'abort':
      abort()
      break
    case 'adopt':
      if (worker !== undefined && isRawHandle(handle)) {
        // First, as the request that waits there may be the end of this process.
        tellManager({ kind: 'adopted', key: message.key })
        worker.door.adopt(handle, message.nginx)
      }
      break
    case 'moved':
      worker?.door.moved(message.key, message.taken)
      break
    case 'status':
      status.answer(message.key, isObject(message.status) ? message.status : {})
      break
    case 'link':
    case 'unlink':
      break
  }
}

function orphaned(): void {
  leave(false, orphanMs)
  setTimeout(abort, orphanMs)
  setTimeout(() => process.exit(exitStatus.ok), 1.6 * orphanMs)
}

process.title = 'fcgi-pool: worker'
process.on('uncaughtExceptionMonitor', (error) => {
  if (worker !== undefined) tellManager({ kind: 'pong', report: worker.service.report() })
  tellManager({ kind: 'reason', text: textOf(error).split('\n')[0] ?? '' })
})
// A terminal's Ctrl-C and its closing go to the whole group; the manager decides what becomes of the workers.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const) process.on(signal, () => undefined)
process.on('SIGTERM', () => undefined)
hearManager(hear, orphaned)
