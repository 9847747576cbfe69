/** Decompresses an input by the program that made it: faster than in this process, and beside it. */

import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import type { ChildEnd } from '../../platform/child-process.ts'
import { startPiped } from '../../platform/piped-child.ts'
import { type ByteReader, chunksOf, pipeBytes, streamBytes } from './bytes.ts'
import type { Compression } from './content.ts'

/** What the program complained about, or what to install. */
export class DecompressionError extends Error {
  override readonly name = 'DecompressionError'
}

const packages: Readonly<Record<Compression, string>> = { gzip: 'gzip', zstd: 'zstd', xz: 'xz-utils' }
const suffixes: Readonly<Record<Compression, string>> = { gzip: '.gz', zstd: '.zst', xz: '.xz' }
const chunkBytes = 262_144
/** gzip has told of something that is no loss, as bytes behind the end. */
const warned = 2

/** `file`: where the compressed bytes come from; the program reads it itself where it knows it by its name. */
export async function decompressed(
  kind: Compression,
  input: ByteReader,
  file: string | undefined,
): Promise<ByteReader> {
  const piped = file?.endsWith(suffixes[kind]) ? startPiped(kind, ['-dc', '--', resolve(file)]) : undefined
  if (piped === undefined) return throughStreams(kind, input)
  await input.close()
  return pipeBytes(piped.output, async () => checkEnd(kind, await piped.ended))
}

async function throughStreams(kind: Compression, input: ByteReader): Promise<ByteReader> {
  // Loaded where it is needed: most logs are not compressed.
  const { startChild } = await import('../../platform/child-process.ts')
  const child = startChild({
    program: kind,
    args: ['-dc'],
    environment: {},
    input: Readable.from(chunksOf(input, chunkBytes)),
  })
  const atEnd = async () => checkEnd(kind, await child.ended)
  const output = streamBytes(child.output, { fill: true, atEnd })
  return {
    read: (into) => output.read(into),
    async close() {
      await output.close()
      await child.stop()
      await input.close()
    },
  }
}

/** Throws where what was decompressed was not whole. */
function checkEnd(kind: Compression, end: ChildEnd): void {
  if (end.kind === 'exited' && (end.status === 0 || (kind === 'gzip' && end.status === warned))) return
  if (end.kind === 'not-started') {
    throw new DecompressionError(
      end.code === 'ENOENT'
        ? `it is compressed by ${kind}, which is not installed: apt install ${packages[kind]}`
        : `${kind}: ${end.code}`,
    )
  }
  const [line = ''] = end.complaint.trim().split('\n')
  throw new DecompressionError(line === '' ? `${kind} ended by itself` : line)
}
