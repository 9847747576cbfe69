/** Tells when it is time to look at the files again: when chokidar saw something, or some time has passed. */

import { join } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import { type Duration, milliseconds } from '../../engine/time.ts'
import type { PathPattern } from './path-pattern.ts'
import { directoryId } from './sight.ts'

/** chokidar loses the last change of a burst, and sees nothing on some file systems: nothing waits longer than this. */
const pollEvery: Duration = milliseconds(500)

/** A writer that is busy wakes us no more often than this. */
const coalesce: Duration = milliseconds(10)

export interface Wake {
  /** Waits for a change or until `pollEvery` has passed; ends at once when `signal` is aborted. */
  next(signal: AbortSignal): Promise<'names' | 'contents' | 'time'>
  /** Whether watching has failed since the last call, and why; the polling goes on. */
  takeFailure(): string | undefined
  close(): Promise<void>
}

export const wakeUps = (patterns: readonly PathPattern[]): Wake => {
  let watcher: FSWatcher | undefined
  let watched = ''
  let change: 'names' | 'contents' | undefined
  let failure: string | undefined
  let wasTold = false
  let ring: (() => void) | undefined

  const isRelevant = (path: string): boolean => patterns.some((pattern) => pattern.matches(path))
  const isIgnored = (path: string): boolean =>
    !isRelevant(path) && !patterns.some((pattern) => pattern.base === path || pattern.mayMatchBelow(path))

  const onChange = (kind: 'names' | 'contents'): void => {
    if (change !== 'names') change = kind
    ring?.()
  }
  const onRaw = (event: string, name: unknown, details: unknown): void => {
    const directory = watchedPath(details)
    if (directory === undefined) return
    if (!isRelevant(directory) && !(typeof name === 'string' && isRelevant(join(directory, name)))) return
    onChange(event === 'rename' ? 'names' : 'contents')
  }
  const onError = (error: unknown): void => {
    if (!wasTold) failure = error instanceof Error ? error.message : String(error)
    wasTold = true
  }

  /** A directory that came, or came anew, is watched by a new watcher: chokidar does not find it by itself. */
  const watchDirectories = async (): Promise<void> => {
    const bases = [...new Set(patterns.map(({ base }) => base))]
    const present = bases.flatMap((base) => {
      const id = directoryId(base)
      return id === undefined ? [] : [{ base, id }]
    })
    const key = present.map(({ base, id }) => `${base} ${id}`).join('\n')
    if (key === watched) return
    watched = key
    await watcher?.close()
    watcher = undefined
    if (present.length === 0) return
    watcher = watch(
      present.map(({ base }) => base),
      { ignored: isIgnored, ignoreInitial: true, ignorePermissionErrors: true, atomic: false },
    )
    watcher.on('all', () => onChange('names'))
    watcher.on('raw', onRaw)
    watcher.on('error', onError)
    // What happened before the watching began is seen by looking once more.
    watcher.on('ready', () => onChange('names'))
  }

  return {
    async next(signal) {
      await watchDirectories()
      if (change !== undefined) await pause(coalesce, signal, () => undefined)
      if (change === undefined && !signal.aborted) {
        await pause(pollEvery, signal, (wake) => {
          ring = wake
        })
        ring = undefined
      }
      const woken = change ?? 'time'
      change = undefined
      return woken
    },
    takeFailure() {
      const taken = failure
      failure = undefined
      return taken
    },
    async close() {
      await watcher?.close()
    },
  }
}

/** Waits for `length`, for the abort of `signal` or for the call of what `onWait` is given. */
const pause = (length: Duration, signal: AbortSignal, onWait: (wake: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, length / 1_000)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
    onWait(done)
  })

const watchedPath = (details: unknown): string | undefined =>
  typeof details === 'object' &&
  details !== null &&
  'watchedPath' in details &&
  typeof details.watchedPath === 'string'
    ? details.watchedPath
    : undefined
