/** Finds a file again that was rotated, and the files between it and the one that stands at its path now. */

import { closeSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isCompressed, openDecompressed, uncompressedName } from './compressed.ts'
import { fingerprint, remembered } from './fingerprint.ts'
import type { FilePlace } from './place.ts'
import { isRotationOf } from './rotated-name.ts'
import { errorCode, type FileSight, type OpenFile, openFile, sightOf } from './sight.ts'

/** Opens the file that was read up to `place` and still holds what was read, wherever it is called now. */
export const findPlace = (place: FilePlace): OpenFile | undefined => {
  const near = neighbours(place)
  const same = near.find(({ id, path }) => id === place.id && (place.seen > 0 || isNamedLike(path, place)))
  const found = same === undefined ? undefined : openIfPlace(same, place)
  return found ?? findCopy(place, near) ?? findCompressed(place)
}

/** Opens what the file in `place` was compressed to since. */
export const findCompressed = (place: FilePlace): OpenFile | undefined => {
  if (place.seen === 0) return undefined
  for (const sight of rotatedSince(place)) {
    if (!isCompressed(sight.path)) continue
    const file = openDecompressed(sight.path)
    if (file === undefined) continue
    if (isAtPlace(file, place)) return file
    closeSync(file.fd)
  }
  return undefined
}

/**
 * Opens the copy of a file that was truncated after copying. It was changed last after the original had been read: an
 * older copy, which for lines without times may begin alike, was not.
 */
export const findCopy = (
  place: FilePlace,
  near: readonly FileSight[] = neighbours(place),
): OpenFile | undefined => {
  if (place.seen === 0) return undefined
  for (const sight of near) {
    if (sight.id === place.id || sight.modified < place.modified) continue
    const file = openIfPlace(sight, place)
    if (file !== undefined) return file
  }
  return undefined
}

/** Files that were rotated after the one in `place` was read, compressed or not, from old to new. */
export const rotatedSince = (place: FilePlace): readonly FileSight[] =>
  [...neighbours(place), ...neighbours(place, isCompressed)]
    // Compressing keeps the time of the last change, as a rule to the second.
    .filter(
      ({ path, modified }) =>
        modified >= (isCompressed(path) ? Math.floor(place.modified / 1_000) * 1_000 : place.modified),
    )
    .filter(({ path }) => isRotatedName(uncompressedName(path), place))
    .sort((one, other) => one.modified - other.modified)

/** A file of which nothing was read is known by its name, too: another may have got its inode since. */
const isNamedLike = (path: string, place: FilePlace): boolean =>
  path === place.path || path === place.realPath || isRotatedName(path, place)

const isRotatedName = (path: string, place: FilePlace): boolean =>
  isRotationOf(path, place.path) || isRotationOf(path, place.realPath)

/** Whether the open file still holds what was read up to `place`. */
export const isAtPlace = ({ fd }: OpenFile, place: FilePlace): boolean => {
  const before = remembered(fd, place.seen)
  return before !== undefined && fingerprint(before) === place.print
}

const openIfPlace = (sight: FileSight, place: FilePlace): OpenFile | undefined => {
  if (sight.size < place.seen) return undefined
  const file = openFile(sight.path)
  if (file.kind !== 'file') return undefined
  if (isAtPlace(file, place)) return file
  closeSync(file.fd)
  return undefined
}

/** The uncompressed files, or those with another name that is wanted, in the directories in which the file stood. */
const neighbours = (
  { path, realPath }: FilePlace,
  isWanted: (name: string) => boolean = (name) => !isCompressed(name),
): readonly FileSight[] => {
  const files = new Map<string, FileSight>()
  for (const directory of new Set([dirname(path), dirname(realPath)])) {
    for (const name of namesIn(directory)) {
      const sight = isWanted(name) ? sightOf(join(directory, name)) : undefined
      if (sight?.kind === 'file' && !files.has(sight.id)) files.set(sight.id, sight)
    }
  }
  return [...files.values()]
}

const namesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory)
  } catch (error) {
    errorCode(error)
    return []
  }
}
