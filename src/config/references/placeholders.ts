/** Placeholders in the arguments of commands. Pure. */

import { actsOnUnit } from '../../engine/target.ts'
import { expectedGot, Mistake, problemOf, unknownWord } from '../mistake.ts'
import type { Problem } from '../problem.ts'
import { incidentPlaceholders, parseTemplate } from '../template.ts'
import type { Path, YamlText } from '../yaml/read-yaml.ts'
import { capturedBy } from './fields.ts'
import { isReadable, type TolerantRule } from './tolerant.ts'

export function placeholderProblems(rule: TolerantRule, path: Path, yaml: YamlText): readonly Problem[] {
  if (!isReadable(rule.then) || !isReadable(rule.group_by)) return []
  const known = knownPlaceholders(rule)
  return commandsOf(rule, path, yaml).flatMap(({ argv, place }) =>
    argv.flatMap((argument, position) =>
      parseTemplate(argument).flatMap((part) => {
        if (part.kind !== 'placeholder' || known.names.includes(part.name)) return []
        return [problemOf(known.mistake(part.name), yaml.textAt([...place, position], part))]
      }),
    ),
  )
}

interface Command {
  readonly argv: readonly string[]
  /** Where the list of its arguments stands. */
  readonly place: Path
}

function commandsOf(
  { then: actions, evidence }: TolerantRule,
  path: Path,
  yaml: YamlText,
): readonly Command[] {
  const acting = isReadable(actions) ? actions : []
  const gathered = isReadable(evidence) ? (evidence?.commands ?? []) : []
  return [
    ...acting.flatMap((action, index): Command[] => {
      if (!isReadable(action) || action.kind !== 'command') return []
      return [{ argv: action.argv, place: within([...path, 'then', index, 'command'], 'run', yaml) }]
    }),
    ...gathered.map((argv, index) => ({
      argv,
      place: [...within([...path, 'evidence'], 'commands', yaml), index],
    })),
  ]
}

/** What may be written alone, or as `key` of a map. */
const within = (place: Path, key: string, yaml: YamlText): Path =>
  yaml.keysAt(place).includes(key) ? [...place, key] : place

/** The placeholders that a rule's commands may use, and what to say of any other. */
function knownPlaceholders(rule: TolerantRule) {
  const { group_by: groupBy, then: actions } = rule
  const keys = isReadable(groupBy) ? (groupBy ?? []) : []
  const hasTarget =
    !isReadable(actions) || actions.some((action) => !isReadable(action) || actsOnUnit(action))
  const names = [
    ...incidentPlaceholders.filter((name) => name !== 'target' || hasTarget),
    ...keys,
    ...keys.map((name) => `key.${name}`),
  ]
  const mistake = (name: string): Mistake => {
    if (capturedBy(rule)?.includes(name)) {
      return new Mistake(
        'unknown-placeholder',
        expectedGot(
          'the name of a key',
          `"{${name}}", which differs from event to event`,
          `add it to group_by: ${name}`,
        ),
      )
    }
    if (name === 'target') {
      return new Mistake(
        'unknown-placeholder',
        expectedGot('an action on a unit for "{target}"', 'none', 'leave it out'),
      )
    }
    return unknownWord('unknown-placeholder', 'placeholder', name, names)
  }
  return { names, mistake }
}
