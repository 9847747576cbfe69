/** Opens recorded inputs: files, gzip files and standard input, as streams of bytes whose content is known. */

import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { type Instant, instant } from '../../engine/time.ts'
import { errorCode } from '../file/sight.ts'
import { type Content, contentOf } from './content.ts'

export interface RecordedInput {
  readonly kind: 'input'
  /** As it was given on the command line. */
  readonly path: string
  readonly content: Exclude<Content, { kind: 'gzip' | 'foreign' }>['kind']
  /** No line is later than this, but for clocks that were wrong: the file's last change, or now. */
  readonly reference: Instant
  /** The bytes from the start on. A chunk is only lent until the next is asked for. */
  readonly chunks: AsyncGenerator<Buffer, void, undefined>
}

/** Why an input cannot be judged, and what to do: one line. */
export interface InputProblem {
  readonly kind: 'problem'
  readonly path: string
  readonly code:
    | 'missing'
    | 'not-a-file'
    | 'not-permitted'
    | 'unreadable'
    | 'empty'
    | 'foreign'
    | 'no-source'
    | 'no-time'
  readonly message: string
}

/** The first chunk is small, because every input of a replay is held open with one at the start. */
const firstBytes = 16_384
const chunkBytes = 262_144

export const openInput = async (
  path: string,
  stdin: Readable,
  now: Instant,
): Promise<RecordedInput | InputProblem> => {
  if (path === '-') return recognise('standard input', path, fromStream(stdin), now)
  let fd: number
  let stats: Stats
  try {
    fd = openSync(path, 'r')
    stats = fstatSync(fd)
  } catch (error) {
    return openingProblem(path, errorCode(error))
  }
  if (stats.isDirectory()) {
    closeSync(fd)
    return problem(
      'not-a-file',
      path,
      `${path} is a directory; name the files in it: ${path.replace(/\/+$/, '')}/*`,
    )
  }
  return recognise(
    path,
    path,
    fromFile(fd),
    stats.isFile() ? instant(Math.round(stats.mtimeMs * 1_000)) : now,
  )
}

export const problem = (code: InputProblem['code'], path: string, message: string): InputProblem => ({
  kind: 'problem',
  path,
  code,
  message,
})

const openingProblem = (path: string, code: string): InputProblem => {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return problem('missing', path, `${path} does not exist; check the name`)
    case 'EACCES':
    case 'EPERM':
      return problem(
        'not-permitted',
        path,
        `${path} may not be read by this user; run as one who may, or copy it`,
      )
    default:
      return problem('unreadable', path, `${path} cannot be read (${code})`)
  }
}

/** Looks at the first bytes, those behind the compression. */
const recognise = async (
  name: string,
  path: string,
  chunks: RecordedInput['chunks'],
  reference: Instant,
): Promise<RecordedInput | InputProblem> => {
  try {
    const start = await startOf(chunks)
    if (start.length === 0) return problem('empty', path, `${name} is empty; there is nothing in it to judge`)
    const content = contentOf(start)
    const all = startingWith(start, chunks)
    switch (content.kind) {
      case 'gzip':
        return await recognise(name, path, gunzipped(all), reference)
      case 'foreign':
        await all.return()
        return problem('foreign', path, `${name} is ${content.what}; ${content.advice.replace('FILE', path)}`)
      case 'text':
      case 'journal':
        return { kind: 'input', path, content: content.kind, reference, chunks: all }
    }
  } catch (error) {
    return problem('unreadable', path, `${name} cannot be read (${errorCode(error)})`)
  }
}

/** At least `firstBytes`, or all there are. */
const startOf = async (chunks: RecordedInput['chunks']): Promise<Buffer> => {
  let start = Buffer.alloc(0)
  while (start.length < firstBytes) {
    const next = await chunks.next()
    if (next.done) break
    start = Buffer.concat([start, next.value])
  }
  return start
}

async function* startingWith(first: Buffer, rest: RecordedInput['chunks']): RecordedInput['chunks'] {
  try {
    yield first
    yield* rest
  } finally {
    await rest.return()
  }
}

/** Synchronous reads in large chunks: asynchronous ones cost twice as much. */
async function* fromFile(fd: number): RecordedInput['chunks'] {
  try {
    let buffer = Buffer.allocUnsafe(firstBytes)
    for (;;) {
      const length = readSync(fd, buffer, 0, buffer.length, null)
      if (length === 0) return
      yield buffer.subarray(0, length)
      if (buffer.length !== chunkBytes) buffer = Buffer.allocUnsafe(chunkBytes)
      // Lets signals and the output through.
      await setImmediate()
    }
  } finally {
    closeSync(fd)
  }
}

async function* fromStream(stream: Readable): RecordedInput['chunks'] {
  for await (const chunk of stream) yield chunk
}

const gunzipped = (chunks: RecordedInput['chunks']): RecordedInput['chunks'] => {
  const stream = createGunzip({ chunkSize: chunkBytes })
  // The reader of `stream` is told of an error by the stream itself.
  pipeline(Readable.from(copies(chunks)), stream, () => undefined)
  return fromStream(stream)
}

/** A stream reads ahead, so it must not be lent the chunks. */
async function* copies(chunks: RecordedInput['chunks']): RecordedInput['chunks'] {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}
