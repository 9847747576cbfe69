/** The rules that come with the package, in its folder `rules/`. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { didYouMean } from '../config/did-you-mean.ts'
import { CommandError, exitCode } from './exit-code.ts'

/** `src/cli/` and `dist/cli/` are equally far from it. */
const folder = fileURLToPath(new URL('../../rules/', import.meta.url))
const extension = '.yaml'

export interface LibraryFile {
  /** The file's name without `.yaml`. */
  readonly name: string
  readonly path: string
  readonly text: string
  /** What the file is about: its first line, a comment. */
  readonly title: string
}

/** All files, in the order of their names. */
export const libraryFiles = (): readonly LibraryFile[] => libraryNames().map(read)

/** The file of that name, with or without `.yaml`; none ends the command. */
export function libraryFile(name: string): LibraryFile {
  const wanted = name.endsWith(extension) ? name.slice(0, -extension.length) : name
  const names = libraryNames()
  if (names.includes(wanted)) return read(wanted)
  const near = didYouMean(wanted, names)
  const hint = near === undefined ? 'see "watchdog rules list"' : `did you mean "${near}"?`
  throw new CommandError(`no rules are called "${wanted}": ${hint}`, exitCode.usage)
}

/** In their order. */
export const libraryNames = (): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort()

function read(name: string): LibraryFile {
  const path = join(folder, `${name}${extension}`)
  const text = readFileSync(path, 'utf8')
  return { name, path, text, title: /^# (.*)/.exec(text)?.[1] ?? '' }
}
