/** Completions for bash: a function that asks nobody, since it is called at each Tab. Pure. */

import type { CommandModel, Value } from '../command-model.ts'
import { functionName, type Place, placesOf, switchesOf, valuedOptions } from './places.ts'

export function bashCompletion(program: CommandModel, aliases: readonly string[]): string {
  const places = placesOf(program)
  const names = [program.path[0] ?? '', ...aliases]
  const name = `_${functionName(program)}`
  return `# bash completion for ${names.join(', ')}. Generated from the program's own definition.

${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at='' words='' count=0 i
  # An option with = comes as three words.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
${branch(commandWords(places), `at="\${at:+$at }\${COMP_WORDS[i]}"`)}
${branch(valueWords(places), `[[ \${COMP_WORDS[i + 1]} == = ]] && ((i++)); ((i++))`)}
      *' '-*) ;;
      *) ((count++)) ;;
    esac
  done
  case "$at $prev" in
${places.flatMap(valueBranches(name)).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $at in
${places.map(({ at, options }) => `      ${quoted(at)}) words=${quoted(options.flatMap(switchesOf).join(' '))} ;;`).join('\n')}
    esac
  else
    case "$at $count" in
${places.flatMap(wordBranches(name)).join('\n')}
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

# Completes directories, and the files whose names end in one of these.
${name}_paths() {
  local end
  # The shell that calls this is not always completing.
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(
    compgen -d -- "$cur"
    for end in "$@"; do compgen -f -X "!*$end" -- "$cur"; done
  )
}

complete -F ${name} ${names.join(' ')}
`
}

const branch = (patterns: readonly string[], command: string): string =>
  patterns.length === 0 ? '' : `      ${patterns.map(quoted).join(' | ')})\n        ${command}\n        ;;`

const commandWords = (places: readonly Place[]): readonly string[] =>
  places.flatMap(({ at, commands }) => commands.map(({ path }) => `${at} ${path.at(-1)}`))

const valueWords = (places: readonly Place[]): readonly string[] =>
  places.flatMap((place) =>
    valuedOptions(place)
      .flatMap(switchesOf)
      .map((word) => `${place.at} ${word}`),
  )

const valueBranches =
  (name: string) =>
  (place: Place): readonly string[] =>
    valuedOptions(place).map((option) => {
      const words = switchesOf(option).map((word) => quoted(`${place.at} ${word}`))
      const complete = completing(name, option.value?.takes)
      return `    ${words.join(' | ')})${complete === '' ? '' : `\n      ${complete}`}\n      return\n      ;;`
    })

const wordBranches =
  (name: string) =>
  ({ at, commands, arguments: all }: Place): readonly string[] => {
    if (commands.length > 0) {
      const words = commands.map(({ path }) => path.at(-1)).join(' ')
      return [`      ${quoted(`${at} 0`)}) words=${quoted(words)} ;;`]
    }
    return all.flatMap(({ takes, isRepeated }, index) => {
      const complete = completing(name, takes)
      const place = isRepeated ? `${quoted(`${at} `)}*` : quoted(`${at} ${index}`)
      return complete === '' ? [] : [`      ${place})\n        ${complete}\n        return\n        ;;`]
    })
  }

function completing(name: string, value: Value | undefined): string {
  switch (value?.kind) {
    case 'rules':
      return `${name}_paths .yaml .yml`
    case 'file':
      return `${name}_paths ''`
    case 'directory':
      return `${name}_paths`
    case 'words':
      return `mapfile -t COMPREPLY < <(compgen -W ${quoted(value.words.join(' '))} -- "$cur")`
    case 'anything':
    case undefined:
      return ''
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
