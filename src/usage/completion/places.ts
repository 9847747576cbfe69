/** The places of a command line that a completion knows: the program itself, and behind each of its commands. Pure. */

import type { ArgumentModel, CommandModel, OptionModel } from '../command-model.ts'

export interface Place {
  /** The commands up to here with blanks between: `rules list`; empty for the program. */
  readonly at: string
  readonly commands: readonly CommandModel[]
  /** Those of the default command, too. */
  readonly options: readonly OptionModel[]
  readonly arguments: readonly ArgumentModel[]
}

export function placesOf(program: CommandModel): readonly Place[] {
  const { path, commands, defaultCommand } = program
  const options = new Map(
    [...(defaultCommand?.options ?? []), ...program.options].map((option) => [option.long, option]),
  )
  const here: Place = {
    at: path.slice(1).join(' '),
    commands,
    options: [...options.values()],
    arguments: defaultCommand?.arguments ?? program.arguments,
  }
  return [here, ...commands.flatMap(placesOf)]
}

/** All that is typed for an option. */
export const switchesOf = ({ short, long }: OptionModel): readonly string[] =>
  [short, long].filter((one) => one !== undefined)

/** Options that want a value, which is no command then; one that may do without is not among them. */
export const valuedOptions = ({ options }: Place): readonly OptionModel[] =>
  options.filter(({ value }) => value !== undefined && !value.isOptional)

/** The program's name as part of a shell function's. */
export const functionName = ({ path }: CommandModel): string =>
  path.join('_').replaceAll(/[^A-Za-z0-9_]/g, '_')
