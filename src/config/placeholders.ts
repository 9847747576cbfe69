/** Which placeholders a command may use. Pure. */

import { didYouMean } from './did-you-mean.ts'
import type { Problem } from './problem.ts'
import { parseTemplate } from './template.ts'
import type { Path, YamlText } from './yaml-text.ts'

/** Values that every incident has; see `placeholderValues` of the command action. */
export const incidentPlaceholders = ['rule', 'target', 'count', 'first', 'last', 'time'] as const

export function placeholderProblems(
  argv: readonly string[],
  path: Path,
  groupBy: readonly string[],
  yaml: YamlText,
): readonly Problem[] {
  const known = [...incidentPlaceholders, ...groupBy]
  return argv.flatMap((argument, index) =>
    parseTemplate(argument).flatMap((part) =>
      part.kind === 'text' || known.includes(part.name)
        ? []
        : [
            {
              code: 'unknown-placeholder' as const,
              message: `unknown placeholder "{${part.name}}"${didYouMean(part.name, known)}; expected ${known.join(', ')}, or {{ for a brace`,
              location: yaml.valueAt([...path, index]),
            },
          ],
    ),
  )
}
