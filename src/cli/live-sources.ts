/** The sources of a rule file as readers of the real journal, files and standard input. */

import { userInfo } from 'node:os'
import type { FileSpec, JournalSpec, Ruleset } from '../config/ruleset.ts'
import type { Instant } from '../engine/time.ts'
import { fileSource } from '../sources/file/file-source.ts'
import { byJournal } from '../sources/journal/by-journal.ts'
import { journalSource } from '../sources/journal/journal-source.ts'
import type { Source } from '../sources/source.ts'
import { stdinSource } from '../sources/stdin-source.ts'
import { wantedFields } from './wanted-fields.ts'

export interface LiveSourceOptions {
  /** Read the user's own journal and units. */
  readonly user: boolean
  readonly clock: () => Instant
}

/** Sources that no rule uses are not read. */
export function liveSources(
  { sources, rules }: Ruleset,
  { user, clock }: LiveSourceOptions,
): readonly Source[] {
  const used = new Set(rules.flatMap((rule) => rule.sources))
  const specs = [...sources.values()].filter(({ name }) => used.has(name))
  const journal = specs.filter((spec): spec is JournalSpec => spec.kind === 'journal')
  const files = specs.filter((spec): spec is FileSpec => spec.kind === 'file')
  const readers: Source[] = []
  for (const { from, specs: group } of byJournal(journal)) {
    readers.push(
      journalSource({
        name: ['journal', ...from].join(' '),
        specs: group,
        fields: wantedFields(rules),
        clock,
        extraArgs: from,
        unitsOf: user ? { uid: userInfo().uid } : 'system',
      }),
    )
  }
  for (const spec of files) {
    if (spec.paths.includes('-')) readers.push(stdinSource({ spec, stream: process.stdin, clock }))
    if (spec.paths.some((path) => path !== '-')) readers.push(fileSource({ spec, clock }))
  }
  return readers
}
