/** As much of Markdown as our READMEs are written in, as sections of manual pages. Pure. */

import { type Block, bold, type Cell, italic, plain, type Section, type Span } from './block.ts'

/** What stands in the place of a link to another part of the documentation, by the link's target. */
export type Links = Readonly<Record<string, string>>

/** The whole text as a section with the title of its first heading; a deeper heading than the third is none. */
export function parseMarkdown(text: string, links: Links = {}): Section {
  const lines = text.split('\n')
  const top = splitAt(lines, '# ')[0] ?? { title: '', lines }
  return sectionOf(top, ['## ', '### '], links)
}

interface Part {
  readonly title: string
  readonly lines: readonly string[]
}

function sectionOf({ title, lines }: Part, deeper: readonly string[], links: Links): Section {
  const [mark, ...marks] = deeper
  const first = mark === undefined ? -1 : headings(lines, mark)[0]
  const own = first === undefined || mark === undefined ? lines : lines.slice(0, first)
  return {
    title: spansOf(title, links)
      .map((span) => span.text)
      .join(''),
    blocks: parseBlocks(own, links),
    sections: mark === undefined ? [] : splitAt(lines, mark).map((part) => sectionOf(part, marks, links)),
  }
}

function splitAt(lines: readonly string[], mark: string): readonly Part[] {
  const starts = headings(lines, mark)
  return starts.map((start, index) => ({
    title: (lines[start] ?? '').slice(mark.length),
    lines: lines.slice(start + 1, starts[index + 1]),
  }))
}

/** Where headings are; a comment in a fenced example is none. */
function headings(lines: readonly string[], mark: string): readonly number[] {
  let isFenced = false
  return lines.flatMap((line, index) => {
    if (/^\s*```/.test(line)) isFenced = !isFenced
    return !isFenced && line.startsWith(mark) ? [index] : []
  })
}

function parseBlocks(lines: readonly string[], links: Links): readonly Block[] {
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; ) {
    const { block, end } = blockAt(lines, at, links)
    if (block !== undefined) blocks.push(block)
    at = end
  }
  return blocks
}

const listMark = /^(-|\d+\.) +/
const startsBlock = (line: string): boolean =>
  line.trim() === '' || line.startsWith('```') || line.startsWith('|') || listMark.test(line)

function blockAt(
  lines: readonly string[],
  at: number,
  links: Links,
): { readonly block?: Block; readonly end: number } {
  const line = lines[at] ?? ''
  /** The first line from there on that is not of the kind. */
  const until = (from: number, isOver: (line: string) => boolean): number => {
    const found = lines.findIndex((other, index) => index >= from && isOver(other))
    return found < 0 ? lines.length : found
  }
  if (line.trim() === '') return { end: at + 1 }
  if (line.startsWith('```')) {
    const end = until(at + 1, (other) => other.startsWith('```'))
    return { block: { kind: 'verbatim', lines: lines.slice(at + 1, end) }, end: end + 1 }
  }
  if (line.startsWith('    ')) {
    const end = until(at, (other) => other.trim() !== '' && !other.startsWith('    '))
    const code = lines.slice(at, end).map((other) => other.slice(4))
    return { block: { kind: 'verbatim', lines: trimmed(code) }, end }
  }
  if (line.startsWith('|')) {
    const end = until(at, (other) => !other.startsWith('|'))
    const [header = [], , ...rows] = lines.slice(at, end).map((row) => cellsOf(row, links))
    return { block: { kind: 'table', header, rows }, end }
  }
  const mark = listMark.exec(line)
  if (mark !== null) {
    const indent = ' '.repeat(mark[0].length)
    const isOwn = (other: string): boolean => other.trim() === '' || other.startsWith(indent)
    const end = until(at + 1, (other) => !isOwn(other))
    const inner = [
      line.slice(indent.length),
      ...lines.slice(at + 1, end).map((other) => other.slice(indent.length)),
    ]
    const tag = [plain(mark[1] === '-' ? '•' : (mark[1] ?? ''))]
    return { block: { kind: 'item', tag, blocks: parseBlocks(inner, links) }, end }
  }
  const end = until(at + 1, startsBlock)
  return { block: { kind: 'paragraph', spans: spansOf(lines.slice(at, end).join(' '), links) }, end }
}

function trimmed(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return lines.slice(0, last + 1)
}

const cellsOf = (row: string, links: Links): readonly Cell[] =>
  row
    .replace(/^\|/, '')
    .replace(/\|\s*$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => spansOf(cell.trim().replaceAll('\\|', '|'), links))

const inline = /`([^`]+)`|\*\*(.+?)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)]+)\)/

function spansOf(text: string, links: Links): readonly Span[] {
  const found = inline.exec(text)
  if (found === null) return text === '' ? [] : [plain(text)]
  const [all, code, strong, emphasised, label = '', target = ''] = found
  const before = text.slice(0, found.index)
  const styled =
    code !== undefined
      ? [bold(code)]
      : strong !== undefined
        ? spansOf(strong, links).map((span) => bold(span.text))
        : emphasised !== undefined
          ? spansOf(emphasised, links).map((span) => italic(span.text))
          : linkSpans(label, target, links)
  return [
    ...(before === '' ? [] : [plain(before)]),
    ...styled,
    ...spansOf(text.slice(found.index + all.length), links),
  ]
}

function linkSpans(label: string, target: string, links: Links): readonly Span[] {
  const instead = links[target]
  if (instead !== undefined) return [bold(instead)]
  const spans = spansOf(label, links)
  return /^https?:/.test(target) ? [...spans, plain(` <${target}>`)] : spans
}
