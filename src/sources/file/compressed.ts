/** The content of files that rotation has compressed, as files of lines: what was not read before a restart may be there. */

import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { headBytes } from './fingerprint.ts'
import { errorCode, type OpenFile, openFile, sightOf } from './sight.ts'

const programs: Readonly<Record<string, string>> = {
  gz: 'gzip',
  zst: 'zstd',
  xz: 'xz',
  bz2: 'bzip2',
  lz4: 'lz4',
}
const suffix = /\.(gz|zst|xz|bz2|lz4)$/
/** A larger one would stop everything else for too long; what is in it is told of as missing. */
const compressedLimitBytes = 33_554_432
const timeoutMs = 20_000

/** Whether the file's content is not lines as it stands. */
export const isCompressed = (path: string): boolean => suffix.test(path)

/** The name of what was compressed. */
export const uncompressedName = (path: string): string => path.replace(suffix, '')

/** How the content of the compressed file at `path` begins; `undefined` where that cannot be had. */
export function decompressedHead(path: string): Buffer | undefined {
  const program = programs[suffix.exec(path)?.[1] ?? '']
  const compressed = program === undefined ? undefined : openFile(path)
  if (program === undefined || compressed?.kind !== 'file') return undefined
  // It is ended when it has written more than this.
  const { stdout } = spawnSync(program, ['-dc'], {
    stdio: [compressed.fd, 'pipe', 'ignore'],
    maxBuffer: headBytes,
    timeout: timeoutMs,
  })
  closeSync(compressed.fd)
  return stdout?.subarray(0, headBytes)
}

/**
 * Opens what is in the compressed file at `path`, as a file without a name that is known by the identity and the time of
 * the compressed one. `undefined` where that cannot be had.
 */
export function openDecompressed(path: string): OpenFile | undefined {
  const sight = sightOf(path)
  const program = programs[suffix.exec(path)?.[1] ?? '']
  if (sight.kind !== 'file' || program === undefined || sight.size > compressedLimitBytes) return undefined
  const compressed = openFile(path)
  if (compressed.kind !== 'file') return undefined
  const folder = mkdtempSync(join(tmpdir(), 'watchdog-'))
  try {
    const content = join(folder, 'content')
    const output = openSync(content, 'wx', 0o600)
    const { status } = spawnSync(program, ['-dc'], {
      stdio: [compressed.fd, output, 'ignore'],
      timeout: timeoutMs,
    })
    closeSync(output)
    const seconds = Math.floor(sight.modified) / 1_000
    utimesSync(content, seconds, seconds)
    const file = status === 0 ? openFile(content) : undefined
    return file?.kind === 'file'
      ? { ...file, id: sight.id, path, realPath: path, modified: sight.modified }
      : undefined
  } catch (error) {
    // No room for it, as a rule.
    errorCode(error)
    return undefined
  } finally {
    closeSync(compressed.fd)
    rmSync(folder, { recursive: true, force: true })
  }
}
