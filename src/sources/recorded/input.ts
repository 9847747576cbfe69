/** Opens recorded inputs: files, compressed ones, and standard input, as bytes whose content is known. */

import { closeSync, fstatSync, openSync, readdirSync, type Stats } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import type { JournalSpec } from '../../config/ruleset.ts'
import { type Instant, instant } from '../../engine/time.ts'
import { errorCode } from '../file/sight.ts'
import { type ByteReader, type FileBytes, fileBytes, startingWith, streamBytes } from './bytes.ts'
import { contentOf } from './content.ts'
import { DecompressionError, decompressed } from './decompress.ts'

export interface RecordedInput {
  readonly kind: 'input'
  /** As it was given on the command line. */
  readonly path: string
  readonly content: 'text' | 'journal' | 'export'
  /** No line is later than this, but for clocks that were wrong: the file's last change, or now. */
  readonly reference: Instant
  /** From the start on. */
  readonly bytes: ByteReader
  /** Where `bytes` are simply those of a regular file. */
  readonly file?: FileBytes
}

/** Journal files, which only journalctl reads. */
export interface JournalFiles {
  readonly kind: 'journal-files'
  /** As it was given on the command line. */
  readonly path: string
  /** Arguments of journalctl(1) that name them. */
  readonly args: readonly string[]
  /** The sources that they are of; absent: all that read a journal. */
  readonly specs?: readonly JournalSpec[]
  /** It need not tell of the units that rules act upon. */
  readonly foreign?: true
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

/** Few, because every input of a replay is held open with one at the start. */
const firstBytes = 16_384

export const openInput = async (
  path: string,
  /** Asked for it only where it is read: making it takes time. */
  stdin: () => Readable,
  now: Instant,
): Promise<RecordedInput | JournalFiles | InputProblem> => {
  if (path === '-') return recognise('standard input', path, streamBytes(stdin()), now)
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
    if (holdsJournal(path)) return { kind: 'journal-files', path, args: [`--directory=${resolve(path)}`] }
    return problem(
      'not-a-file',
      path,
      `${path} is a directory; name the files in it: ${path.replace(/\/+$/, '')}/*`,
    )
  }
  const bytes = fileBytes(fd)
  return stats.isFile()
    ? recognise(path, path, bytes, instant(Math.round(stats.mtimeMs * 1_000)), bytes)
    : recognise(path, path, bytes, now)
}

export const problem = (code: InputProblem['code'], path: string, message: string): InputProblem => ({
  kind: 'problem',
  path,
  code,
  message,
})

/** Whether it is a directory as /var/log/journal, or as that of one machine in it. */
function holdsJournal(path: string): boolean {
  try {
    const entries = readdirSync(path, { withFileTypes: true })
    const machines = entries.filter((entry) => entry.isDirectory() && /^[0-9a-f]{32}/.test(entry.name))
    const names = [
      ...entries.map(({ name }) => name),
      ...machines.flatMap(({ name }) => readdirSync(join(path, name))),
    ]
    return names.some((name) => name.endsWith('.journal'))
  } catch (error) {
    // What cannot be listed is told of as any other directory.
    errorCode(error)
    return false
  }
}

/** Why reading broke off. */
export const reasonOf = (error: unknown): string =>
  error instanceof DecompressionError ? error.message : errorCode(error)

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
  bytes: ByteReader,
  reference: Instant,
  /** What the bytes come from, where that is a regular file. */
  file?: FileBytes,
): Promise<RecordedInput | JournalFiles | InputProblem> => {
  try {
    const start = await startOf(bytes)
    if (start.length === 0) return problem('empty', path, `${name} is empty; there is nothing in it to judge`)
    const content = contentOf(start)
    const all = startingWith(start, bytes)
    switch (content.kind) {
      case 'gzip':
      case 'zstd':
      case 'xz':
        return await recognise(name, path, await decompressed(content.kind, all, file && path), reference)
      case 'foreign':
        await all.close()
        return problem('foreign', path, `${name} is ${content.what}; ${content.advice.replace('FILE', path)}`)
      case 'journal-file':
        await all.close()
        return path === '-'
          ? problem('foreign', path, `${name} is a journal file, which must be given by its name`)
          : { kind: 'journal-files', path, args: [`--file=${resolve(path)}`] }
      case 'text':
      case 'journal':
      case 'export':
        return { kind: 'input', path, content: content.kind, reference, bytes: all, ...(file && { file }) }
    }
  } catch (error) {
    await bytes.close()
    return problem('unreadable', path, `${name} cannot be read (${reasonOf(error)})`)
  }
}

/** At least `firstBytes`, or all there are. */
const startOf = async (bytes: ByteReader): Promise<Uint8Array> => {
  const start = new Uint8Array(firstBytes)
  let length = 0
  while (length < firstBytes) {
    const added = await bytes.read(start.subarray(length))
    if (added === 0) break
    length += added
  }
  return start.subarray(0, length)
}
