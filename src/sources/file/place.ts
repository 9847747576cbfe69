/** Places in files, as the position of a file source keeps them on disk. */

import * as z from 'zod'
import type { Position } from '../source.ts'

/** How far a file was read, and how to know it again when it has moved. */
export interface FilePlace {
  /** The name under which it was found, which later events keep when it is rotated. */
  readonly path: string
  /** The same without symbolic links. */
  readonly realPath: string
  /** `DEVICE:INODE`; empty where the file was deleted before it was left. */
  readonly id: string
  /** Where the first line that was not delivered yet begins. */
  readonly offset: number
  /** How far it was looked at; what lies between is a line without its end. */
  readonly seen: number
  /** Fingerprint of the first `seen` bytes. */
  readonly print: string
  /** Its last change when it was read, in milliseconds since the epoch. */
  readonly modified: number
}

export interface FilePosition {
  readonly version: 1
  /** Paths of the rule file that were followed: one that is new begins at its end, not at its start. */
  readonly patterns: readonly string[]
  readonly files: readonly FilePlace[]
  /** Files that were read to their end and left, lest they be read again under another name. */
  readonly left: readonly FilePlace[]
}

const count = z.number().int().nonnegative()

const place = z.object({
  path: z.string(),
  realPath: z.string(),
  id: z.string(),
  offset: count,
  seen: count,
  print: z.string(),
  modified: z.number(),
})

const filePosition = z.object({
  version: z.literal(1),
  patterns: z.array(z.string()),
  files: z.array(place),
  left: z.array(place),
})

/** The position as it was written; undefined where it is not one of this source. */
export const parsePosition = (position: Position): FilePosition | undefined =>
  filePosition.safeParse(position).data

export const toPosition = ({ version, patterns, files, left }: FilePosition): Position => ({
  version,
  patterns,
  files: files.map((file) => ({ ...file })),
  left: left.map((file) => ({ ...file })),
})
