/** Manual pages in the language of man(7), of which every formatter reads the part used here. Pure. */

import { type Block, type Cell, plain, type Section, type Span } from './block.ts'

export interface Page {
  readonly name: string
  readonly chapter: number
  /** One line for apropos(1), without a stop. */
  readonly summary: string
  /** 2026-11-21 */
  readonly date: string
  /** The package and its version. */
  readonly origin: string
  readonly sections: readonly Section[]
}

export function roffPage({ name, chapter, summary, date, origin, sections }: Page): string {
  const title = `${argument(name.toUpperCase())} ${chapter} ${date} ${argument(origin)}`
  const lines = [
    `.TH ${title}`,
    '.SH NAME',
    `${escaped(name)} \\- ${escaped(summary)}`,
    ...sections.flatMap(sectionLines),
  ]
  return `${lines.join('\n')}\n`
}

const sectionLines = ({ title, blocks, sections }: Section): readonly string[] => [
  `.SH ${argument(title.toUpperCase())}`,
  ...bodyLines(blocks),
  ...sections.flatMap((below) => [`.SS ${argument(below.title)}`, ...bodyLines(below.blocks)]),
]

/** What stands first under a heading or a tag needs no space above it. */
const bodyLines = (blocks: readonly Block[]): readonly string[] => {
  const lines = blocks.flatMap((block) => blockLines(block, '.PP'))
  return lines[0] === '.PP' ? lines.slice(1) : lines
}

/** `start` is the macro that begins a paragraph there. */
function blockLines(block: Block, start: '.PP' | '.IP'): readonly string[] {
  switch (block.kind) {
    case 'paragraph':
      return [start, ...filled(block.spans)]
    case 'verbatim':
      return start === '.IP'
        ? [start, '.EX', ...block.lines.map(verbatimLine), '.EE']
        : [start, '.RS 4', '.EX', ...block.lines.map(verbatimLine), '.EE', '.RE']
    case 'item':
      return itemLines(block.tag, block.blocks)
    case 'table':
      return block.rows.flatMap((row) => itemLines(row[0] ?? [], rowBlocks(block.header, row)))
  }
}

function itemLines(tag: readonly Span[], blocks: readonly Block[]): readonly string[] {
  const [first, ...others] = blocks
  const isBullet = tag.length === 1 && /^(•|\d+\.)$/.test(tag[0]?.text ?? '')
  const lines = [isBullet ? '.TP 4' : '.TP 7', tagLine(tag)]
  if (first === undefined) return [...lines, '\\&']
  const body = first.kind === 'paragraph' ? filled(first.spans) : ['\\&', ...nested(first)]
  return [...lines, ...body, ...others.flatMap(nested)]
}

const nested = (block: Block): readonly string[] =>
  block.kind === 'item' || block.kind === 'table'
    ? ['.RS', ...blockLines(block, '.IP'), '.RE']
    : blockLines(block, '.IP')

/** The columns behind the first one; those of a wide table are called by their heads. */
const rowBlocks = (header: readonly Cell[], row: readonly Cell[]): readonly Block[] =>
  row.slice(1).flatMap((cell, index): readonly Block[] => {
    const head = header[index + 1] ?? []
    if (cell.length === 0) return []
    const isNamed = row.length > 2 && head.length > 0
    return [{ kind: 'paragraph', spans: isNamed ? [...head, plain(': '), ...cell] : cell }]
  })

const styled = ({ text, style }: Span): string => {
  const font = { plain: '', bold: '\\fB', italic: '\\fI' }[style]
  return font === '' ? escaped(text) : `${font}${escaped(text)}\\fR`
}

const tagLine = (tag: readonly Span[]): string => guarded(tag.map(styled).join('').replaceAll(/\s+/g, ' '))

const lineWidth = 78

/** Sentences begin new lines, by which formatters know where one ends. */
function filled(spans: readonly Span[]): readonly string[] {
  const words = spans
    .map(styled)
    .join('')
    .split(/\s+/)
    .filter((word) => word !== '')
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    const isSentence = /[.!?](\\f.|\))*$/.test(line) && /^(\\f.)?[A-Z]/.test(word)
    if (line !== '' && (isSentence || line.length + word.length >= lineWidth)) {
      lines.push(guarded(line))
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, guarded(line)]
}

/** An empty line would be a paragraph. */
const verbatimLine = (line: string): string => (line === '' ? '.sp' : guarded(escaped(line)))

/** No text is a request. */
const guarded = (line: string): string => (line.startsWith('.') ? `\\&${line}` : line)

const argument = (text: string): string => `"${escaped(text).replaceAll('"', '\\(dq')}"`

/** As groff_char(7) has it: what is ASCII comes out as ASCII, to be copied into a shell. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll(/(?<![A-Za-z])-|-(?![A-Za-z])/g, '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('•', '\\(bu')
    .replaceAll(/[^\x20-\x7e\t\n]/gu, (letter) => `\\[u${hex(letter)}]`)

const hex = (letter: string): string =>
  (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
