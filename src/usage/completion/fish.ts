/** Completions for fish: one line for each word, with the place where it may stand. Pure. */

import type { CommandModel, OptionModel, Value } from '../command-model.ts'
import { functionName, type Place, placesOf, switchesOf, valuedOptions } from './places.ts'

export function fishCompletion(program: CommandModel, aliases: readonly string[]): string {
  const places = placesOf(program)
  const name = program.path[0] ?? ''
  const isAt = `__${functionName(program)}_at`
  const files = `__${functionName(program)}_files`
  return `# fish completion for ${[name, ...aliases].join(', ')}. Generated from the program's own definition.

# Whether the commands so far are these, and so many arguments behind them, if that is said.
function ${isAt}
    set -l at ''
    set -l skip 0
    set -l count 0
    set -l words (commandline -opc)
    for word in $words[2..]
        if test $skip = 1
            set skip 0
            continue
        end
        switch (string trim -- "$at $word")
            case ${commandWords(places).map(quoted).join(' ') || "''"}
                set at (string trim -- "$at $word")
            case ${valueWords(places).map(quoted).join(' ') || "''"}
                set skip 1
            case '* -*' '-*'
            case '*'
                set count (math $count + 1)
        end
    end
    test "$at" = "$argv[1]"; and contains -- "$argv[2]" '' $count
end

# Directories, and the files whose names end in one of these.
function ${files}
    set -l token (commandline -ct | string replace -r -- '^-[^=]*=' '')
    set -l ends (string escape --style=regex -- $argv | string join '|')
    complete -C "'' $token" | string replace -r '\\t.*' '' | string match -r -- '^.*(?:/|'"$ends"')$'
end

complete -c ${name} -f
${places.flatMap(linesOf({ name, isAt, files })).join('\n')}
${aliases.map((alias) => `complete -c ${alias} -w ${name}\n`).join('')}`
}

const commandWords = (places: readonly Place[]): readonly string[] =>
  places.flatMap(({ at, commands }) => commands.map(({ path }) => `${at} ${path.at(-1)}`.trim()))

const valueWords = (places: readonly Place[]): readonly string[] =>
  places.flatMap((place) =>
    valuedOptions(place)
      .flatMap(switchesOf)
      .map((word) => `${place.at} ${word}`.trim()),
  )

interface Names {
  readonly name: string
  readonly isAt: string
  readonly files: string
}

const linesOf =
  ({ name, isAt, files }: Names) =>
  (place: Place): readonly string[] => {
    const there = `complete -c ${name} -n ${quoted(`${isAt} ${quoted(place.at)}`)}`
    const behind = (index: number) =>
      `complete -c ${name} -n ${quoted(`${isAt} ${quoted(place.at)} ${index}`)}`
    return [
      ...place.commands.map(({ path, summary }) => `${there} -a ${path.at(-1)} -d ${quoted(summary)}`),
      ...place.options.map((option) => `${there} ${optionWords(option, files)}`),
      ...(place.commands.length > 0 ? [] : place.arguments).flatMap(({ takes, isRepeated }, index) =>
        takes.kind === 'anything'
          ? []
          : [`${isRepeated ? there : behind(index)} ${completing(takes, files)}`],
      ),
    ]
  }

function optionWords({ short, long, text, value }: OptionModel, files: string): string {
  return [
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    ...(long === undefined ? [] : [`-l ${long.slice(2)}`]),
    ...(value === undefined ? [] : [value.isOptional ? '' : '-r', completing(value.takes, files)]),
    `-d ${quoted(text)}`,
  ]
    .filter((word) => word !== '')
    .join(' ')
}

function completing(value: Value, files: string): string {
  switch (value.kind) {
    case 'rules':
      return `-f -a '(${files} .yaml .yml)'`
    case 'file':
      return '-F'
    case 'directory':
      return `-f -a '(${files} /)'`
    case 'words':
      return `-f -a ${quoted(value.words.join(' '))}`
    case 'anything':
      return '-f'
  }
}

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`
