/** What tests say of rules, sources and each other: names that are not there or there twice, what cannot come to pass. Pure. */

import { expectedGot, Mistake, problemOf, quoted, unknownWord } from '../mistake.ts'
import type { Problem } from '../problem.ts'
import type { Path, YamlText } from '../yaml/read-yaml.ts'
import { isReadable, type TolerantFile, type TolerantTest } from './tolerant.ts'

export function testProblems({ tests, rules }: TolerantFile, yaml: YamlText): readonly Problem[] {
  if (!isReadable(tests)) return []
  const names = new Set<string>()
  return (tests ?? []).flatMap((test, index) => {
    if (!isReadable(test)) return []
    const path = ['tests', index]
    return [
      ...repeatedName(test, names, path, yaml),
      ...(isReadable(test.rule) ? unknownName(test.rule, 'rule', [...path, 'rule'], yaml) : []),
      ...sourceProblems(test, path, yaml),
      ...expectationProblems(test, rules, path, yaml),
    ]
  })
}

/** Reports tell tests by their names. */
function repeatedName(
  { name }: TolerantTest,
  above: Set<string>,
  path: Path,
  yaml: YamlText,
): readonly Problem[] {
  if (!isReadable(name)) return []
  const isRepeated = above.has(name)
  above.add(name)
  if (!isRepeated) return []
  const mistake = new Mistake('conflict', expectedGot('a name of its own', 'that of a test above'))
  return [problemOf(mistake, yaml.valueAt([...path, 'name']))]
}

function unknownName(
  name: string | undefined,
  what: 'rule' | 'source',
  path: Path,
  yaml: YamlText,
): readonly Problem[] {
  const known = yaml.keysAt([`${what}s`])
  if (name === undefined || known.length === 0 || known.includes(name)) return []
  return [problemOf(unknownWord(`unknown-${what}`, what, name, known), yaml.valueAt(path))]
}

function sourceProblems({ rule, events }: TolerantTest, path: Path, yaml: YamlText): readonly Problem[] {
  if (!isReadable(events)) return []
  const sources = yaml.keysAt(['sources'])
  const isClear = rule !== undefined || sources.length < 2
  return (events ?? []).flatMap((step, index) => {
    if (!isReadable(step) || step.happening.kind !== 'event') return []
    const { source } = step.happening
    const place = [...path, 'events', index]
    if (source !== undefined) return unknownName(source, 'source', [...place, 'source'], yaml)
    if (isClear) return []
    const message = expectedGot(
      '"source", since there are several',
      'none',
      `give one of ${sources.join(', ')}`,
    )
    return [problemOf(new Mistake('missing-key', message), yaml.valueAt(place))]
  })
}

function expectationProblems(
  test: TolerantTest,
  rules: TolerantFile['rules'],
  path: Path,
  yaml: YamlText,
): readonly Problem[] {
  if (!isReadable(test.expect)) return []
  const ofTest = isReadable(test.rule) ? test.rule : undefined
  return test.expect.flatMap((expectation, index) => {
    if (!isReadable(expectation)) return []
    const { rule, key = {} } = expectation
    const place = [...path, 'expect', index]
    if (rule !== undefined && ofTest !== undefined && rule !== ofTest) {
      const message = expectedGot(`the rule of the test, ${quoted(ofTest)}`, quoted(rule), 'leave it out')
      return [problemOf(new Mistake('conflict', message), yaml.valueAt([...place, 'rule']))]
    }
    const known = keysOf(rule ?? ofTest, rules)
    return [
      ...unknownName(rule, 'rule', [...place, 'rule'], yaml),
      ...Object.keys(key).flatMap((part) =>
        known === undefined || known.includes(part)
          ? []
          : [
              problemOf(
                unknownWord('unknown-field', 'part of the key', part, known),
                yaml.keyAt([...place, 'key', part]),
              ),
            ],
      ),
    ]
  })
}

/** What the rule groups by; undefined where that is not known. */
function keysOf(name: string | undefined, rules: TolerantFile['rules']): readonly string[] | undefined {
  if (name === undefined || !isReadable(rules)) return undefined
  const rule = rules[name]
  return rule === undefined || !isReadable(rule) || !isReadable(rule.group_by)
    ? undefined
    : (rule.group_by ?? [])
}
