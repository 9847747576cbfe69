/** What stands at a path at present: a file that can be read, or why there is none. */

import { type BigIntStats, closeSync, constants, fstatSync, openSync, realpathSync, statSync } from 'node:fs'

export type Sight = FileSight | Trouble

export interface FileSight {
  readonly kind: 'file'
  readonly path: string
  /** `DEVICE:INODE`: the file itself, whatever it is called. */
  readonly id: string
  readonly size: number
  /** Its last change in milliseconds since the epoch. */
  readonly modified: number
  /** No name leads to it any more. */
  readonly unlinked: boolean
}

export interface Trouble {
  readonly kind: 'trouble'
  readonly path: string
  /** `missing` is the one that passes by itself in most cases: a rotation is under way. */
  readonly why: 'missing' | 'other'
  readonly message: string
}

/** An open file; whoever takes it closes it. */
export interface OpenFile extends FileSight {
  readonly fd: number
  readonly realPath: string
}

/** Looks at `path` through symbolic links, without opening it. */
export const sightOf = (path: string): Sight => {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stats === undefined ? missing(path) : sightOfStats(path, stats)
  } catch (error) {
    return troubleOf(path, error)
  }
}

/** Identity of the directory at `path`; undefined where there is none. */
export const directoryId = (path: string): string | undefined => {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stats?.isDirectory() ? idOf(stats) : undefined
  } catch (error) {
    errorCode(error)
    return undefined
  }
}

const idOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`

/** Opens what stands at `path` now, which may be another file than a moment ago. */
export const openFile = (path: string): OpenFile | Trouble => {
  let fd: number | undefined
  try {
    // Without O_NONBLOCK a FIFO that was put there would stop the whole program until it has a writer.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const sight = sightOfOpen(path, fd)
    if (sight.kind === 'file') return { ...sight, fd, realPath: realPathOf(path) }
    closeSync(fd)
    return sight
  } catch (error) {
    if (fd !== undefined) closeSync(fd)
    return troubleOf(path, error)
  }
}

/** The same for an open file. Throws what the system call throws. */
export const sightOfOpen = (path: string, fd: number): Sight =>
  sightOfStats(path, fstatSync(fd, { bigint: true }))

const sightOfStats = (path: string, stats: BigIntStats): Sight => {
  if (stats.isDirectory()) return trouble(path, `${path} is a directory, not a file`)
  if (!stats.isFile()) return trouble(path, `${path} is not a regular file`)
  return {
    kind: 'file',
    path,
    id: idOf(stats),
    size: Number(stats.size),
    modified: Number(stats.mtimeNs / 1000n) / 1000,
    unlinked: stats.nlink === 0n,
  }
}

const realPathOf = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    // It was renamed or removed since it was opened; the name it was opened by is the best there is.
    return path
  }
}

const trouble = (path: string, message: string): Trouble => ({ kind: 'trouble', path, why: 'other', message })

const missing = (path: string): Trouble => ({
  kind: 'trouble',
  path,
  why: 'missing',
  message: `${path} does not exist`,
})

const troubleOf = (path: string, error: unknown): Trouble => {
  const code = errorCode(error)
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return missing(path)
    case 'EACCES':
    case 'EPERM':
      return trouble(path, `${path} may not be read by this user (${code}); give it the right to`)
    default:
      return trouble(path, `${path} cannot be read (${code})`)
  }
}

/** The code of a failed system call. Anything else is a bug and is thrown on. */
export const errorCode = (error: unknown): string => {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  throw error
}
