/** What the parts of a rule file say of each other: sources, keys and placeholders that are named but not there. Pure. */

import { z } from 'zod'
import type { Action } from '../engine/rule.ts'
import { capturedNames } from './captured-names.ts'
import { didYouMean } from './did-you-mean.ts'
import { isFieldName, wellKnownFields } from './field-name.ts'
import { expectedGot, Mistake, problemOf, quoted, unknownWord } from './mistake.ts'
import type { Problem } from './problem.ts'
import { action } from './schema/action.ts'
import { ruleShape } from './schema/rule-file.ts'
import { source } from './schema/source.ts'
import { incidentPlaceholders, parseTemplate } from './template.ts'
import type { Path, YamlText } from './yaml/read-yaml.ts'

/** Stands for what does not fit the schema, which is told of elsewhere. */
const unreadable = Symbol('unreadable')
type Readable<Value> = Value | typeof unreadable
const orUnreadable = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([schema, z.unknown().transform((): typeof unreadable => unreadable)])

const tolerantRule = z.object({
  source: orUnreadable(ruleShape.source),
  match: orUnreadable(ruleShape.match),
  group_by: orUnreadable(ruleShape.group_by),
  // biome-ignore lint/suspicious/noThenProperty: the rule file's own word.
  then: orUnreadable(z.array(orUnreadable(action))),
})
type TolerantRule = z.output<typeof tolerantRule>

/** A rule file of which any part may be wrong. */
const tolerantFile = orUnreadable(
  z.object({
    sources: orUnreadable(z.record(z.string(), orUnreadable(source))),
    rules: orUnreadable(z.record(z.string(), orUnreadable(tolerantRule))),
  }),
)

/** Checks what can be read, whatever else is wrong in the file. */
export function referenceProblems(yaml: YamlText): readonly Problem[] {
  const file = tolerantFile.parse(yaml.value)
  if (file === unreadable) return []
  const sources = file.sources === unreadable ? undefined : Object.entries(file.sources)
  const rules = file.rules === unreadable ? [] : Object.entries(file.rules)
  return [
    ...standardInputProblems(sources ?? [], yaml),
    ...rules.flatMap(([name, rule]) => {
      if (rule === unreadable) return []
      const path = ['rules', name]
      return [
        ...(sources === undefined ? [] : sourceProblems(rule, path, yaml)),
        ...groupByProblems(rule, path, yaml),
        ...placeholderProblems(rule, path, yaml),
      ]
    }),
  ]
}

/** Each line of standard input is read once. */
function standardInputProblems(
  sources: readonly (readonly [string, Readable<z.output<typeof source>>])[],
  yaml: YamlText,
): readonly Problem[] {
  const readers = sources.filter(([, spec]) => spec !== unreadable && spec.file?.includes('-'))
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
  if (source === unreadable) return []
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

function groupByProblems(
  { match, group_by: groupBy }: TolerantRule,
  path: Path,
  yaml: YamlText,
): readonly Problem[] {
  if (match === unreadable || groupBy === unreadable || groupBy === undefined) return []
  const known = ['source', 'file', ...capturedNames(match)]
  return groupBy.flatMap((name, index) => {
    if (known.includes(name) || isFieldName(name)) return []
    const suggestion = didYouMean(name, [...known, ...wellKnownFields])
    const hint =
      suggestion === undefined
        ? `capture it by a regex: (?P<${name}>…)`
        : `did you mean ${quoted(suggestion)}?`
    const message = expectedGot(
      'a journal field, a named group of the match, source or file',
      quoted(name),
      hint,
    )
    return [
      problemOf(
        new Mistake('unknown-field', message, { suggestion }),
        yaml.valueAt([...path, 'group_by', index]),
      ),
    ]
  })
}

function placeholderProblems(rule: TolerantRule, path: Path, yaml: YamlText): readonly Problem[] {
  if (rule.then === unreadable || rule.group_by === unreadable) return []
  const known = knownPlaceholders(rule)
  return rule.then.flatMap((action, index) => {
    if (action === unreadable || action.kind !== 'command') return []
    const command = [...path, 'then', index, 'command']
    const argv = yaml.keysAt(command).includes('run') ? [...command, 'run'] : command
    return action.argv.flatMap((argument, position) =>
      parseTemplate(argument).flatMap((part) => {
        if (part.kind !== 'placeholder' || known.names.includes(part.name)) return []
        return [problemOf(known.mistake(part.name), yaml.textAt([...argv, position], part))]
      }),
    )
  })
}

/** The placeholders that a rule's commands may use, and what to say of any other. */
function knownPlaceholders({ match, group_by: groupBy, then: actions }: TolerantRule) {
  const keys = groupBy === unreadable || groupBy === undefined ? [] : groupBy
  const hasTarget = actions === unreadable || actions.some(actsOnUnit)
  const names = [
    ...incidentPlaceholders.filter((name) => name !== 'target' || hasTarget),
    ...keys,
    ...keys.map((name) => `key.${name}`),
  ]
  const captured = match === unreadable ? [] : capturedNames(match)
  const mistake = (name: string): Mistake => {
    if (captured.includes(name)) {
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

const actsOnUnit = (action: Readable<Action>): boolean => action === unreadable || action.kind !== 'command'
