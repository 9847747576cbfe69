/** What commander knows of a program, as sections of its manual page. Pure. */

import type { ArgumentModel, CommandModel, OptionModel } from '../command-model.ts'
import { type Block, bold, italic, paragraph, plain, type Section, type Span, section } from './block.ts'

/** How it is called, its commands and options, and how it ends. */
export function commandSections(program: CommandModel): {
  readonly synopsis: Section
  readonly usage: readonly Section[]
} {
  const { commands } = program
  const { blocks: notes, exits } = notesOf(program)
  return {
    synopsis: section('Synopsis', ...synopses(program).map((spans) => paragraph(...spans))),
    usage: [
      ...(commands.length === 0
        ? []
        : [{ title: 'Commands', blocks: [], sections: commands.flatMap(all).map(commandSection) }]),
      section(
        'Options',
        ...program.arguments.map(argumentItem),
        ...program.options.map(optionItem),
        ...notes,
      ),
      ...(exits.length === 0 ? [] : [section('Exit status', ...exits)]),
    ],
  }
}

const all = (command: CommandModel): readonly CommandModel[] => [command, ...command.commands.flatMap(all)]

/** The commands that do something themselves. */
const leaves = (command: CommandModel): readonly CommandModel[] =>
  command.commands.flatMap((below) => (below.commands.length === 0 ? [below] : leaves(below)))

function synopses(program: CommandModel): readonly (readonly Span[])[] {
  const hasOwn = program.arguments.length > 0 || program.commands.length === 0
  return [...(hasOwn ? [synopsis(program)] : []), ...leaves(program).map(synopsis)]
}

const synopsis = ({ path, options, arguments: taken }: CommandModel): readonly Span[] => [
  bold(path.join(' ')),
  ...options.filter(({ isRequired }) => isRequired).flatMap((option) => [plain(' '), ...optionSpans(option)]),
  ...(options.some(({ isRequired, long }) => !isRequired && long !== '--help')
    ? [plain(' ['), italic('options'), plain(']')]
    : []),
  ...taken.flatMap((argument) => [plain(' '), ...argumentSpans(argument)]),
]

function commandSection(command: CommandModel): Section {
  const { path, summary, arguments: taken, options } = command
  const { blocks, exits } = notesOf(command)
  return section(
    path.join(' '),
    paragraph(plain(sentence(summary))),
    ...taken.map(argumentItem),
    ...options.filter(({ long }) => long !== '--help').map(optionItem),
    ...blocks,
    ...(exits.length === 0 ? [] : [paragraph(plain('Exit status:')), ...exits]),
  )
}

const argumentItem = (argument: ArgumentModel): Block => ({
  kind: 'item',
  tag: argumentSpans(argument),
  blocks: [paragraph(plain(`${sentence(argument.text)}${oneOf(argument)}`))],
})

const optionItem = (option: OptionModel): Block => ({
  kind: 'item',
  tag: optionSpans(option),
  blocks: [
    paragraph(plain(`${sentence(option.text)}${option.value === undefined ? '' : oneOf(option.value)}`)),
  ],
})

const oneOf = ({ takes }: Pick<ArgumentModel, 'takes'>): string =>
  takes.kind === 'words' ? ` One of ${takes.words.join(', ')}.` : ''

function argumentSpans({ name, isRequired, isRepeated }: ArgumentModel): readonly Span[] {
  const shown = [italic(name), ...(isRepeated ? [plain(' ...')] : [])]
  return isRequired ? shown : [plain('['), ...shown, plain(']')]
}

function optionSpans({ short, long, value }: OptionModel): readonly Span[] {
  const names = [short, long].filter((name) => name !== undefined)
  const shown = names.flatMap((name, index) => [...(index === 0 ? [] : [plain(', ')]), bold(name)])
  if (value === undefined) return shown
  return [
    ...shown,
    plain(value.isOptional ? ' [' : ' '),
    italic(value.name),
    ...(value.isOptional ? [plain(']')] : []),
  ]
}

const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}

/** What the help says below the options: the exit codes become a list, lines that are indented a little examples. */
function notesOf({ notes }: CommandModel): {
  readonly blocks: readonly Block[]
  readonly exits: readonly Block[]
} {
  const chunks = chunksOf(notes)
  const codes = chunks.flatMap(([line = '']) => /^Exit codes?: (.*?)\.?$/.exec(line)?.[1] ?? [])
  return {
    blocks: chunks
      .filter(([line]) => !line?.startsWith('Exit code'))
      .map((lines) =>
        lines[0]?.startsWith('  ')
          ? { kind: 'verbatim', lines: lines.map((line) => line.slice(2)) }
          : paragraph(plain(lines.join(' '))),
      ),
    exits: codes.flatMap((text) => text.split(/, (?=\d+ )/)).map(exitItem),
  }
}

/** Paragraphs, each as one line, and examples; the exit codes begin one of their own. */
function chunksOf(notes: string): readonly (readonly string[])[] {
  const chunks: string[][] = [[]]
  for (const line of notes.replaceAll(/\n {5,}/g, ' ').split('\n')) {
    const last = chunks.at(-1) ?? []
    const isExample = line.startsWith('  ')
    const goesOn = last[0]?.startsWith('  ') === isExample && !line.startsWith('Exit code')
    if (line === '') chunks.push([])
    else if (last.length === 0 || (isExample && goesOn)) last.push(line)
    else if (goesOn) last.splice(-1, 1, `${last.at(-1)} ${line}`)
    else chunks.push([line])
  }
  return chunks.filter((chunk) => chunk.length > 0)
}

function exitItem(text: string): Block {
  const [, code = '', meaning = ''] = /^(\d+) (.*)$/.exec(text) ?? []
  return { kind: 'item', tag: [bold(code)], blocks: [paragraph(plain(sentence(meaning)))] }
}
