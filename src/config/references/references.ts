/** What the parts of a rule file say of each other: names that are used but not there. Pure. */

import { expectedGot, Mistake, problemOf, quoted, unknownWord } from '../mistake.ts'
import type { Problem } from '../problem.ts'
import type { Path, YamlText } from '../yaml/read-yaml.ts'
import { alertProblems } from './alerts.ts'
import { fieldProblems } from './fields.ts'
import { placeholderProblems } from './placeholders.ts'
import { testProblems } from './tests.ts'
import { isReadable, type TolerantRule, type TolerantSource, tolerantFile } from './tolerant.ts'
import { unitProblems } from './units.ts'

/** Checks what can be read, whatever else is wrong in the file. */
export function referenceProblems(yaml: YamlText): readonly Problem[] {
  const file = tolerantFile.parse(yaml.value, { jitless: true })
  if (!isReadable(file)) return []
  const sources = isReadable(file.sources) ? Object.entries(file.sources) : undefined
  const rules = isReadable(file.rules) ? Object.entries(file.rules) : []
  return [
    ...standardInputProblems(sources ?? [], yaml),
    ...rules.flatMap(([name, rule]) => {
      if (!isReadable(rule)) return []
      const path = ['rules', name]
      return [
        ...(sources === undefined ? [] : sourceProblems(rule, path, yaml)),
        ...fieldProblems(rule, path, yaml),
        ...unitProblems(rule, path, yaml),
        ...placeholderProblems(rule, path, yaml),
        ...alertProblems(rule, path, yaml),
      ]
    }),
    ...testProblems(file, yaml),
  ]
}

/** Each line of standard input is read once. */
function standardInputProblems(
  sources: readonly (readonly [string, TolerantSource])[],
  yaml: YamlText,
): readonly Problem[] {
  const readers = sources.filter(([, spec]) => isReadable(spec) && spec.file?.includes('-'))
  const [[first] = ['']] = readers
  return readers.slice(1).map(([name]) => {
    const message = expectedGot(
      'one source of standard input',
      `another beside ${quoted(first)}`,
      'let rules share it',
    )
    return problemOf(new Mistake('conflict', message), yaml.valueAt(['sources', name, 'file']))
  })
}

function sourceProblems({ source }: TolerantRule, path: Path, yaml: YamlText): readonly Problem[] {
  if (!isReadable(source)) return []
  const known = yaml.keysAt(['sources'])
  return source.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [
          problemOf(
            unknownWord('unknown-source', 'source', name, known),
            yaml.valueAt([...path, 'source', index]),
          ),
        ],
  )
}
