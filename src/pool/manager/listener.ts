/**
 * The listening socket: opened once, held for life, never accepted on here. Workers inherit the descriptor, so that the
 * kernel keeps connections waiting whatever becomes of them.
 */

import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, fstatSync, lstatSync, unlinkSync } from 'node:fs'
import net, { connect } from 'node:net'
import { isObject } from '../messages.ts'
import type { ListenSpec } from '../settings.ts'

export interface Listener {
  readonly fd: number
  /** The address in words. */
  readonly address: string
  /** Removes a Unix socket's path, if it is still the one that was made here. The descriptor stays open. */
  removePath(): void
  /** Closes the descriptor. */
  close(): void
}

/** Throws an `Error` that says what cannot be listened on, and why. */
export async function openListener(spec: ListenSpec): Promise<Listener> {
  switch (spec.kind) {
    case 'descriptor':
      return inherited(spec.fd, `descriptor ${spec.fd}`)
    case 'tcp': {
      const address = spec.host.includes(':') ? `[${spec.host}]:${spec.port}` : `${spec.host}:${spec.port}`
      const family = spec.host.includes(':') ? 6 : 4
      return { ...boundHandle(spec.host, spec.port, family, address), address, removePath: nothing }
    }
    case 'unix':
      return openUnix(spec)
  }
}

const nothing = (): void => undefined

/** A descriptor that is open already and listens, or is bound. */
function inherited(fd: number, address: string): Listener {
  let isSocket = false
  try {
    isSocket = fstatSync(fd).isSocket()
  } catch (error) {
    throw new Error(`cannot listen on ${address}: it is not open`, { cause: error })
  }
  if (!isSocket) throw new Error(`cannot listen on ${address}: expected a listening socket`)
  return { fd, address, removePath: nothing, close: nothing }
}

/** The descriptor of an earlier manager, which opened it as `spec` says. */
export function inheritedAs(spec: ListenSpec, fd: number): Listener {
  const path = spec.kind === 'unix' ? spec.path : undefined
  const address = spec.kind === 'tcp' ? `${spec.host}:${spec.port}` : (path ?? `descriptor ${fd}`)
  return { ...inherited(fd, address), removePath: path === undefined ? () => undefined : remover(path) }
}

async function openUnix(spec: Extract<ListenSpec, { kind: 'unix' }>): Promise<Listener> {
  const { path } = spec
  await removeStale(path)
  const bound = boundHandle(path, -1, -1, path)
  // Nobody can connect before a worker listens, so that nobody comes in before these are set.
  chmodSync(path, spec.mode)
  if (spec.owner !== undefined || spec.group !== undefined)
    chownSync(path, userId(spec.owner), groupId(spec.group))
  return { ...bound, address: path, removePath: remover(path) }
}

/** Removes `path` if it is still what it is now. */
function remover(path: string): () => void {
  const made = lstatSync(path, { throwIfNoEntry: false })?.ino
  return () => {
    if (made !== undefined && lstatSync(path, { throwIfNoEntry: false })?.ino === made) unlinkSync(path)
  }
}

interface Bound {
  readonly fd: number
  readonly close: () => void
}

/** Handles that are bound; they live until the process ends or they are closed. */
const kept = new Set<unknown>()

/**
 * Binds without listening, as `net.Server` cannot. Node's cluster module uses the same function; it is not documented, so
 * `test/pool/listener.test.ts` pins it for each version.
 */
function boundHandle(address: string, port: number, family: number, shown: string): Bound {
  const create: unknown = Reflect.get(net, '_createServerHandle')
  if (typeof create !== 'function')
    throw new Error('this version of Node cannot bind a socket without listening')
  const handle: unknown = Reflect.apply(create, net, [address, port, family, undefined])
  if (typeof handle === 'number') throw new Error(`cannot listen on ${shown}: ${systemError(handle)}`)
  if (!isObject(handle)) throw new Error(`cannot listen on ${shown}`)
  // libuv keeps an address that is in use for the first `listen`, which no worker could tell us as clearly.
  const delayed = port < 0 ? 0 : callOn(handle, 'getsockname', {})
  if (typeof delayed === 'number' && delayed < 0) {
    callOn(handle, 'close')
    throw new Error(`cannot listen on ${shown}: ${systemError(delayed)}`)
  }
  const { fd } = handle
  if (typeof fd !== 'number' || fd < 0)
    throw new Error(`cannot listen on ${shown}: the socket has no descriptor`)
  kept.add(handle)
  const close = (): void => {
    kept.delete(handle)
    callOn(handle, 'close')
  }
  return { fd, close }
}

function callOn(handle: object, method: string, ...args: readonly unknown[]): unknown {
  const found: unknown = Reflect.get(handle, method)
  return typeof found === 'function' ? Reflect.apply(found, handle, args) : undefined
}

const systemError = (code: number): string =>
  ({
    [-98]: 'the address is already in use',
    [-13]: 'permission denied',
    [-99]: 'the address is not of this machine',
  })[code] ?? `error ${-code}`

/** Removes a socket that nobody listens on any more. One that somebody answers on, and anything else, stays. */
async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isSocket()) throw new Error(`cannot listen on ${path}: it exists and is no socket`)
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(path)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', (error) => resolve('code' in error && error.code !== 'ECONNREFUSED'))
  })
  if (answered) throw new Error(`cannot listen on ${path}: the address is already in use`)
  unlinkSync(path)
}

const userId = (name: string | undefined): number => idOf('-u', name)

/** A group is looked up as `getent` finds it, as `id` knows users only. */
function groupId(name: string | undefined): number {
  if (name === undefined) return -1
  if (/^\d+$/.test(name)) return Number(name)
  return Number(command('getent', ['group', name], `group ${name}`).split(':')[2])
}

function idOf(option: string, name: string | undefined): number {
  if (name === undefined) return -1
  return /^\d+$/.test(name) ? Number(name) : Number(command('id', [option, '--', name], `user ${name}`))
}

function command(file: string, args: readonly string[], what: string): string {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch (error) {
    throw new Error(`cannot find the ${what}`, { cause: error })
  }
}
