/** The manual pages of the project, each made of what is said once, elsewhere. Pure. */

import type { CommandModel } from '../command-model.ts'
import { type Block, bold, paragraph, plain, type Section, section } from './block.ts'
import { commandSections } from './command-sections.ts'
import { type Links, parseMarkdown } from './markdown.ts'
import { type Page, roffPage } from './roff.ts'
import { type Schema, schemaSections } from './schema-sections.ts'

export interface ManualSources {
  readonly watchdog: CommandModel
  readonly pool: CommandModel
  readonly ruleFile: Schema
  /** Texts of the files of these names. */
  readonly readme: string
  readonly poolReadme: string
  readonly exampleRules: string
  readonly version: string
  /** 2026-11-21 */
  readonly date: string
}

/** Texts of the pages by the names of their files. */
export const manualPages = (sources: ManualSources): ReadonlyMap<string, string> =>
  new Map(
    [watchdogPage(sources), rulesPage(sources), poolPage(sources)].map((page) => [
      `${page.name}.${page.chapter}`,
      roffPage(page),
    ]),
  )

const links: Links = {
  'src/pool/README.md': 'fcgi-pool(1)',
  '#the-rule-file': 'watchdog-rules(5)',
}

/** Of the README, what belongs to another page, or is for those who look at the sources. */
const elsewhere = ['On a fresh machine', 'The rule file', 'How it decides', 'For developers']

function watchdogPage({ watchdog, readme, ...rest }: ManualSources): Page {
  const { synopsis, usage } = commandSections(watchdog)
  const { blocks, sections } = parseMarkdown(readme, links)
  const told = sections.filter(({ title }) => !elsewhere.includes(title))
  return {
    ...heading(watchdog, rest),
    sections: [
      synopsis,
      section('Description', ...blocks),
      ...usage,
      ...told.map((part) =>
        part.title === 'Commands' ? { ...part, title: 'Notes', blocks: notes(part) } : part,
      ),
      seeAlso('watchdog-rules(5)', 'fcgi-pool(1)', 'journalctl(1)', 'systemctl(1)', 'polkit(8)'),
    ],
  }
}

/** The list of commands stands elsewhere on the page. */
const notes = ({ blocks }: Section): readonly Block[] =>
  blocks.filter((block) => block.kind !== 'table' || block.header[0]?.[0]?.text !== 'command')

function rulesPage({ ruleFile, readme, exampleRules, version, date }: ManualSources): Page {
  const { sections } = parseMarkdown(readme, links)
  const [file, decides] = ['The rule file', 'How it decides'].map((title) => {
    const found = sections.find((part) => part.title === title)
    if (found === undefined)
      throw new Error(`README.md has no section "${title}", of which watchdog-rules(5) is made`)
    return found
  })
  return {
    name: 'watchdog-rules',
    chapter: 5,
    summary: 'rule files of unit-watchdog',
    date,
    origin: origin(version),
    sections: [
      section('Description', ...(file?.blocks ?? [])),
      ...(file?.sections ?? []),
      ...(decides === undefined ? [] : [decides]),
      {
        title: 'All keys',
        blocks: [paragraph(plain('NAME stands for a name of your own, [] for each element of a list.'))],
        sections: schemaSections(ruleFile),
      },
      section('Example', { kind: 'verbatim', lines: exampleRules.trimEnd().split('\n') }),
      seeAlso('watchdog(1)', 'systemd.time(7)', 'systemd.journal-fields(7)'),
    ],
  }
}

function poolPage({ pool, poolReadme, ...rest }: ManualSources): Page {
  const { synopsis, usage } = commandSections(pool)
  const { blocks, sections } = parseMarkdown(poolReadme)
  return {
    ...heading(pool, rest),
    sections: [
      synopsis,
      section('Description', ...blocks),
      ...usage,
      ...sections,
      seeAlso('watchdog(1)', 'systemd.socket(5)', 'nginx(8)'),
    ],
  }
}

const heading = (
  { path, summary }: CommandModel,
  { version, date }: Pick<ManualSources, 'version' | 'date'>,
) => ({
  name: path.join('-'),
  chapter: 1,
  summary: (summary.charAt(0).toLowerCase() + summary.slice(1)).replace(/\.$/, ''),
  date,
  origin: origin(version),
})

const origin = (version: string): string => `unit-watchdog ${version}`

const seeAlso = (...pages: readonly string[]): Section =>
  section(
    'See also',
    paragraph(...pages.flatMap((page, index) => [...(index === 0 ? [] : [plain(', ')]), bold(page)])),
  )
