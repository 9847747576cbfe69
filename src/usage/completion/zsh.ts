/** Completions for zsh: a function for each command, in the words of `_arguments`. Pure. */

import type { ArgumentModel, CommandModel, OptionModel, Value } from '../command-model.ts'
import { functionName } from './places.ts'

export function zshCompletion(program: CommandModel, aliases: readonly string[]): string {
  const names = [program.path[0] ?? '', ...aliases].join(' ')
  const name = `_${functionName(program)}`
  return `#compdef ${names}
# zsh completion for ${names}. Generated from the program's own definition.

${functionsOf(program).join('\n')}
# Either the file is autoloaded as this function, or it is read by a shell.
if [[ \${funcstack[1]} == ${name} ]]; then
  ${name} "$@"
else
  compdef ${name} ${names}
fi
`
}

function functionsOf(command: CommandModel): readonly string[] {
  return [...command.commands.flatMap(functionsOf), functionOf(command)]
}

function functionOf(command: CommandModel): string {
  const { commands, defaultCommand } = command
  const own = new Set(command.options.map(({ long }) => long))
  const options = [
    ...command.options,
    ...(defaultCommand?.options ?? []).filter(({ long }) => !own.has(long)),
  ].map(optionSpec)
  const name = `_${functionName(command)}`
  if (commands.length === 0) {
    const specs = [...options, ...command.arguments.map(argumentSpec)]
    return `${name}() {\n  _arguments -S ${specs.map((spec) => `\\\n    ${spec}`).join(' ')}\n}\n`
  }
  const branches = commands.map(
    (below) => `        ${below.path.at(-1)}) _${functionName(below)} && ret=0 ;;`,
  )
  const described = commands.map((below) => {
    const word = below.path.at(-1) ?? ''
    return `        ${quoted(`${word.replaceAll(':', '\\:')}:${below.summary}`)}`
  })
  return `${name}() {
  local curcontext=$curcontext state state_descr line ret=1
  typeset -A opt_args
  _arguments -C -S ${[...options, "'1: :->command'", "'*:: :->rest'"].map((spec) => `\\\n    ${spec}`).join(' ')} && ret=0
  case $state in
    command)
      local -a commands=(
${described.join('\n')}
      )
      _describe -t commands command commands && ret=0
      ;;
    rest)
      case $line[1] in
${branches.join('\n')}
      esac
      ;;
  esac
  return ret
}
`
}

function optionSpec({ short, long, text, value }: OptionModel): string {
  const action = value === undefined ? '' : `:${inSpec(value.name)}:${actionOf(value.takes)}`
  const rest = `[${text.replaceAll(/[\\\]]/g, '\\$&')}]${value?.isOptional ? `:${action}` : action}`
  const [joinedShort, joinedLong] = value === undefined ? [short, long] : [short, long && `${long}=`]
  const ends = long === '--help' || long === '--version'
  if (joinedShort === undefined) return quoted(`${ends ? '(- *)' : ''}${joinedLong}${rest}`)
  const excluded = quoted(ends ? '(- *)' : `(${short} ${long})`)
  return `${excluded}{${joinedShort},${joinedLong}}${quoted(rest)}`
}

/** All arguments of one that is repeated, else the next one. */
const argumentSpec = ({ name, isRepeated, isRequired, takes }: ArgumentModel): string =>
  quoted(`${isRepeated ? '*' : ''}:${isRequired || isRepeated ? '' : ':'}${inSpec(name)}:${actionOf(takes)}`)

function actionOf(takes: Value): string {
  switch (takes.kind) {
    case 'rules':
      return '_files -g "*.(yaml|yml)"'
    case 'file':
      return '_files'
    case 'directory':
      return '_files -/'
    case 'words':
      return `(${takes.words.join(' ')})`
    case 'anything':
      return ' '
  }
}

const inSpec = (text: string): string => text.replaceAll(/[\\:]/g, '\\$&')

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
