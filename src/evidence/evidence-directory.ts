/** Keeps evidence in a directory: a file for each incident, bounded in number of bytes and in age. */

import { closeSync, constants, fstatSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory } from '../state/make-directory.ts'
import { type EvidenceFile, evidenceFile } from './evidence.ts'
import { type KeptFile, type Limits, surplus } from './retention.ts'

export type EvidenceReading =
  | { readonly kind: 'evidence'; readonly evidence: EvidenceFile }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unusable'; readonly why: string }

/** The folder of the evidence within a state directory. */
export const evidenceFolder = (stateDirectory: string): string => join(stateDirectory, 'incidents')

export const evidencePath = (folder: string, incident: string): string => join(folder, `${incident}.json`)

/** Larger than any that is written. */
const largestFileBytes = 8_388_608

export interface Written {
  readonly path: string
  readonly bytes: number
}

/** Writes it at once; throws what the system says where it cannot. */
export function writeEvidence(folder: string, evidence: EvidenceFile): Written {
  const path = evidencePath(folder, evidence.incident)
  const content = Buffer.from(JSON.stringify(evidence))
  makeDirectory(folder, 0o700)
  writeFileSync(`${path}.new`, content, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return { path, bytes: content.length }
}

export function readEvidence(path: string): EvidenceReading {
  let text: string
  try {
    text = contentOf(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return error.code === 'ENOENT' ? { kind: 'absent' } : { kind: 'unusable', why: String(error.code) }
  }
  const parsed = evidenceFile.safeParse(jsonOf(text))
  return parsed.success
    ? { kind: 'evidence', evidence: parsed.data }
    : { kind: 'unusable', why: 'it is damaged, or of another version' }
}

/** Removes what is too old or too much. Rejects with what the system says where it cannot. */
export async function pruneEvidence(folder: string, now: number, limits: Limits): Promise<void> {
  const kept: KeptFile[] = []
  for (const name of await readdir(folder)) {
    const { size, mtimeMs } = await stat(join(folder, name))
    kept.push({ name, bytes: size, at: mtimeMs })
  }
  for (const name of surplus(kept, now, limits)) await rm(join(folder, name), { force: true })
}

/** A path from the journal may be anything: what is no file, or too large, is not read. */
function contentOf(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const status = fstatSync(file)
    return status.isFile() && status.size <= largestFileBytes ? readFileSync(file, 'utf8') : ''
  } finally {
    closeSync(file)
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
