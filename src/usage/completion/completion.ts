/** A program's completions for a shell, as the text of the file that the shell reads. Pure. */

import type { CommandModel } from '../command-model.ts'
import { bashCompletion } from './bash.ts'
import { fishCompletion } from './fish.ts'
import { zshCompletion } from './zsh.ts'

const writers = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

export type Shell = keyof typeof writers

export const shells: readonly string[] = Object.keys(writers)

export const isShell = (name: string): name is Shell => Object.hasOwn(writers, name)

/** `aliases` are further names under which the program is called. */
export const completionScript = (
  shell: Shell,
  program: CommandModel,
  aliases: readonly string[] = [],
): string => writers[shell](program, aliases)
