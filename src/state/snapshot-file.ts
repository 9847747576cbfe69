/** A snapshot as bytes: a line that says what follows and by which it can be checked, then JSON. Pure. */

import { createHash } from 'node:crypto'

/** Raised when an older program could not read what a newer one writes. */
export const snapshotVersion = 1

export type SnapshotReading =
  | { readonly kind: 'snapshot'; readonly snapshot: unknown }
  /** Cut short, changed, or no snapshot at all. */
  | { readonly kind: 'damaged'; readonly why: string }
  /** Written by a newer program. */
  | { readonly kind: 'newer'; readonly version: number }

export function formatSnapshot(snapshot: object): string {
  const body = JSON.stringify(snapshot)
  return `${JSON.stringify({ 'unit-watchdog state': snapshotVersion, sha256: digest(body) })}\n${body}\n`
}

export function parseSnapshot(text: string): SnapshotReading {
  const end = text.indexOf('\n')
  if (end < 0) return { kind: 'damaged', why: 'it has no heading' }
  const heading = parseJson(text.slice(0, end))
  const version = property(heading, 'unit-watchdog state')
  if (typeof version !== 'number') return { kind: 'damaged', why: 'its heading is not one of a state file' }
  if (version > snapshotVersion) return { kind: 'newer', version }
  const body = text.slice(end + 1, -1)
  if (property(heading, 'sha256') !== digest(body)) return { kind: 'damaged', why: 'its checksum is wrong' }
  return { kind: 'snapshot', snapshot: JSON.parse(body) }
}

const digest = (body: string): string => createHash('sha256').update(body).digest('hex')

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
