/** The sources of a rule file as readers of the real journal, files and standard input. */

import { userInfo } from 'node:os'
import type { FileSpec, JournalSpec, Ruleset } from '../config/ruleset.ts'
import type { Instant } from '../engine/time.ts'
import type { PlannedSource } from '../run/plan.ts'
import { textOf } from '../service/rules-reload.ts'
import { fileSource } from '../sources/file/file-source.ts'
import { byJournal } from '../sources/journal/by-journal.ts'
import { journalSource } from '../sources/journal/journal-source.ts'
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
): readonly PlannedSource[] {
  const used = new Set(rules.flatMap((rule) => rule.sources))
  const specs = [...sources.values()].filter(({ name }) => used.has(name))
  const journal = specs.filter((spec): spec is JournalSpec => spec.kind === 'journal')
  const files = specs.filter((spec): spec is FileSpec => spec.kind === 'file')
  const readers: PlannedSource[] = []
  for (const { from, specs: group } of byJournal(journal)) {
    const fields = new Set([...wantedFields(rules)].sort())
    const setting = { name: ['journal', ...from].join(' '), specs: group, fields }
    readers.push({
      identity: textOf(setting),
      source: journalSource({
        ...setting,
        clock,
        extraArgs: from,
        unitsOf: user ? { uid: userInfo().uid } : 'system',
      }),
    })
  }
  for (const spec of files) {
    // Standard input cannot be read anew: it goes on as it began.
    if (spec.paths.includes('-'))
      readers.push({
        identity: `- ${spec.name}`,
        source: stdinSource({ spec, stream: process.stdin, clock }),
      })
    if (spec.paths.some((path) => path !== '-'))
      readers.push({ identity: textOf(spec), source: fileSource({ spec, clock }) })
  }
  return readers
}
