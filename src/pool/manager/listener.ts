/**
 * The listening socket: opened once, held for life, never accepted on here. Workers inherit the descriptor, so that the
 * kernel keeps connections waiting whatever becomes of them.
 */

import { chmodSync, chownSync, existsSync, fstatSync, statSync, unlinkSync } from 'node:fs'
import net, { connect } from 'node:net'
import { isObject } from '../messages.ts'
import type { ListenSpec } from '../settings.ts'
import { type Owner, ownerOf } from './file-owner.ts'
import { remover, socketPathProblem } from './socket-path.ts'
import { reasonOf, systemErrorText } from './system-error.ts'

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
      const address = tcpAddress(spec)
      const family = spec.host.includes(':') ? 6 : 4
      return { ...boundHandle(spec.host, spec.port, family, address), address, removePath: nothing }
    }
    case 'unix':
      return openUnix(spec)
  }
}

const tcpAddress = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

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
  const address = spec.kind === 'tcp' ? tcpAddress(spec) : (path ?? `descriptor ${fd}`)
  return { ...inherited(fd, address), removePath: path === undefined ? nothing : remover(path) }
}

type UnixSpec = Extract<ListenSpec, { kind: 'unix' }>

async function openUnix(spec: UnixSpec): Promise<Listener> {
  const { path } = spec
  const problem = socketPathProblem(path)
  if (problem !== undefined) throw new Error(`cannot listen on ${path}: ${problem}`)
  const owner = ownerOf(spec.owner, spec.group)
  await removeStale(path)
  const bound = boundHandle(path, -1, -1, path)
  const removePath = remover(path)
  try {
    // Nobody can connect before a worker listens, so that nobody comes in before these are set.
    setPermissions(spec, owner)
  } catch (error) {
    removePath()
    bound.close()
    throw error
  }
  return { ...bound, address: path, removePath }
}

/**
 * Sets whom the socket at a path lets in, and whose it is; returns what takes that back. Throws an `Error` that says why these
 * cannot be set, and leaves them as they were then.
 */
function setPermissions({ path, mode }: UnixSpec, { user, group }: Owner): () => void {
  const before = statSync(path)
  const takeBack = (): void => {
    try {
      chownSync(path, before.uid, before.gid)
      chmodSync(path, before.mode & 0o7777)
    } catch {
      // It has gone, or nothing could be set in the first place.
    }
  }
  try {
    // First: the mode is meant for this owner, and lets nobody in for another.
    if (user >= 0 || group >= 0) chownSync(path, user, group)
    chmodSync(path, mode)
    return takeBack
  } catch (error) {
    takeBack()
    const reason = reasonOf(error)
    throw new Error(`cannot listen on ${path}: its mode and owner cannot be set: ${reason}`, { cause: error })
  }
}

/** As `setPermissions`, for a socket that was opened as `before` says: what that names and `spec` does not is this process's own again. */
export function changePermissions(spec: UnixSpec, before: UnixSpec): () => void {
  const { user, group } = ownerOf(spec.owner, spec.group)
  return setPermissions(spec, {
    user: user < 0 && before.owner !== undefined ? geteuid() : user,
    group: group < 0 && before.group !== undefined ? getegid() : group,
  })
}

const geteuid = (): number => process.geteuid?.() ?? -1
const getegid = (): number => process.getegid?.() ?? -1

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
  if (typeof handle === 'number') throw new Error(`cannot listen on ${shown}: ${systemErrorText(handle)}`)
  if (!isObject(handle)) throw new Error(`cannot listen on ${shown}`)
  // libuv keeps an address that is in use for the first `listen`, which no worker could tell us as clearly.
  const delayed = port < 0 ? 0 : callOn(handle, 'getsockname', {})
  if (typeof delayed === 'number' && delayed < 0) {
    callOn(handle, 'close')
    throw new Error(`cannot listen on ${shown}: ${systemErrorText(delayed)}`)
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

/** Removes a socket that nobody listens on any more. One that somebody answers on stays. */
async function removeStale(path: string): Promise<void> {
  if (!existsSync(path)) return
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
