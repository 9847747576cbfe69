/** What commander knows of a program, as plain data for its manual page and its completions. Pure. */

import type { Argument, Command, Option } from 'commander'

export interface CommandModel {
  /** The program, and the commands that lead to this one: `['watchdog', 'rules', 'list']`. */
  readonly path: readonly string[]
  readonly summary: string
  readonly arguments: readonly ArgumentModel[]
  readonly options: readonly OptionModel[]
  readonly commands: readonly CommandModel[]
  /** Of these commands the one that runs where none is named. */
  readonly defaultCommand: CommandModel | undefined
  /** What its help says below the options. */
  readonly notes: string
}

export interface ArgumentModel {
  readonly name: string
  readonly text: string
  readonly isRequired: boolean
  readonly isRepeated: boolean
  readonly takes: Value
}

export interface OptionModel {
  /** With their dashes. */
  readonly short: string | undefined
  readonly long: string | undefined
  readonly text: string
  readonly isRequired: boolean
  /** Absent where it takes none. */
  readonly value?: { readonly name: string; readonly isOptional: boolean; readonly takes: Value }
}

/** What a shell can complete of a value. */
export type Value =
  | { readonly kind: 'rules' | 'file' | 'directory' | 'anything' }
  | { readonly kind: 'words'; readonly words: readonly string[] }

/** The program or command with all that is below it; `defaultName` is that of its default command. */
export function commandModel(
  command: Command,
  defaultName?: string,
  above: readonly string[] = [],
): CommandModel {
  const path = [...above, command.name()]
  const help = command.createHelp()
  const commands = command.commands.map((below) => commandModel(below, undefined, path))
  return {
    path,
    summary: command.description(),
    arguments: command.registeredArguments.map(argumentModel),
    options: help.visibleOptions(command).map(optionModel),
    commands,
    defaultCommand: commands.find((below) => below.path.at(-1) === defaultName),
    notes: notesOf(command),
  }
}

function argumentModel(argument: Argument): ArgumentModel {
  const { description } = argument
  const name = argument.name()
  return {
    name,
    text: withDefault(argument),
    isRequired: argument.required,
    isRepeated: argument.variadic,
    takes: valueTaken(name, description, argument.argChoices),
  }
}

function optionModel(option: Option): OptionModel {
  const { description, envVar } = option
  const name = /[<[](.+?)(?:\.\.\.)?[>\]]$/.exec(option.flags)?.[1]
  const variable = envVar === undefined ? '' : `; $${envVar} stands for it`
  return {
    short: option.short,
    long: option.long,
    text: `${withDefault(option)}${variable}`,
    isRequired: option.mandatory,
    ...(name === undefined
      ? {}
      : {
          value: {
            name,
            isOptional: option.optional,
            takes: valueTaken(name, description, option.argChoices),
          },
        }),
  }
}

function withDefault({ description, defaultValue, defaultValueDescription }: Argument | Option): string {
  const value: unknown = defaultValueDescription ?? defaultValue
  return value === undefined || value === false ? description : `${description} (default: ${String(value)})`
}

/** The name in the brackets says that it is a file, the text that it is one of rules. */
function valueTaken(name: string, text: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { kind: 'words', words: choices }
  if (/^(directory|dir|folder)$/.test(name)) return { kind: 'directory' }
  if (/\.ya?ml$/.test(name)) return { kind: 'rules' }
  if (!/^(file|path|log|app|destination|socket)$/.test(name)) return { kind: 'anything' }
  return { kind: /\brule files?\b/.test(text) ? 'rules' : 'file' }
}

/** Commander keeps such texts as listeners only: they are what it prints behind its own help. */
function notesOf(command: Command): string {
  let printed = ''
  const { writeOut } = command.configureOutput()
  command.configureOutput({
    writeOut: (text) => {
      printed += text
    },
  })
  command.outputHelp()
  if (writeOut !== undefined) command.configureOutput({ writeOut })
  return printed.slice(command.helpInformation().length).trim()
}
