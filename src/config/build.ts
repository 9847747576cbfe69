/** From the shape of a rule file to what it means, and the mistakes that only show between its parts. Pure. */

import type { Action, Rule, UnitVerb } from '../engine/rule.ts'
import { type Duration, seconds } from '../engine/time.ts'
import { buildMatch, capturedNames } from './build-match.ts'
import { didYouMean } from './did-you-mean.ts'
import { parseDuration } from './duration.ts'
import { placeholderProblems } from './placeholders.ts'
import type { Problem } from './problem.ts'
import type { FileSpec, JournalSpec, Ruleset, SourceSpec } from './ruleset.ts'
import type { ActionText, RuleFileText, RuleText, SourceText } from './schema.ts'
import { type Path, valueIn, type YamlText } from './yaml-text.ts'

export interface Built {
  /** Of no use where there are problems. */
  readonly ruleset: Ruleset
  readonly problems: readonly Problem[]
}

const defaultCooldown = seconds(30)
const defaultTimeout = seconds(30)
const nameForm = /^[a-z0-9][a-z0-9_.-]{0,63}$/
const fieldForm = /^[A-Z_][A-Z0-9_]{0,63}$/

export function buildRuleset(file: RuleFileText, yaml: YamlText): Built {
  const building = new Building(file, yaml)
  return { ruleset: building.ruleset(), problems: building.problems }
}

class Building {
  readonly problems: Problem[] = []
  readonly #file: RuleFileText
  readonly #yaml: YamlText

  constructor(file: RuleFileText, yaml: YamlText) {
    this.#file = file
    this.#yaml = yaml
  }

  ruleset(): Ruleset {
    const sources = Object.entries(this.#file.sources).map(
      ([name, source]) => [name, this.#source(name, source)] as const,
    )
    const rules = Object.entries(this.#file.rules).map(([name, rule]) => this.#rule(name, rule))
    const written = valueIn(this.#yaml.value, ['rules'])
    if (typeof written === 'object' && written !== null && Object.keys(written).length === 0) {
      this.#problem('missing-key', ['rules'], 'expected at least one rule')
    }
    return { sources: new Map(sources), rules }
  }

  #source(name: string, { journal, file, timestamp, timezone }: SourceText): SourceSpec {
    const path = ['sources', name]
    this.#checkName(path, name, 'a source')
    if ((journal === undefined) === (file === undefined)) {
      this.#problem('conflict', path, 'expected either "journal" or "file" for a source')
    }
    if (journal !== undefined) {
      for (const field of ['timestamp', 'timezone'] as const) {
        if ((field === 'timestamp' ? timestamp : timezone) !== undefined) {
          this.#problem(
            'conflict',
            [...path, field],
            `"${field}" belongs to a file; entries of the journal bear their time`,
          )
        }
      }
      return this.#journal(name, journal, path)
    }
    const spec: FileSpec = {
      kind: 'file',
      name,
      paths: list(file),
      ...(timestamp === undefined ? {} : { timestamp }),
      ...(timezone === undefined ? {} : { timezone }),
    }
    return spec
  }

  #journal(
    name: string,
    { unit, identifier, fields }: NonNullable<SourceText['journal']>,
    path: Path,
  ): JournalSpec {
    for (const field of Object.keys(fields ?? {})) {
      if (!fieldForm.test(field)) {
        this.#problem('bad-name', [...path, 'journal', 'fields', field], fieldMessage(field), 'key')
      }
    }
    const values = Object.entries(fields ?? {}).map(
      ([field, value]) => [field, list(value).map(String)] as const,
    )
    return {
      kind: 'journal',
      name,
      units: list(unit),
      identifiers: list(identifier),
      fields: new Map(values),
    }
  }

  #rule(name: string, rule: RuleText): Rule {
    const path = ['rules', name]
    this.#checkName(path, name, 'a rule')
    const match = buildMatch(rule.match, [...path, 'match'], this.#yaml)
    this.problems.push(...match.problems)
    const groupBy = list(rule.group_by)
    this.#checkGroupBy(
      groupBy,
      capturedNames(match.spec),
      [...path, 'group_by'],
      Array.isArray(rule.group_by),
    )
    const actions = rule.then.map((action, index) => this.#action(action, [...path, 'then', index], groupBy))
    return {
      name,
      ...(rule.description === undefined ? {} : { description: rule.description }),
      sources: this.#sources(rule.source, [...path, 'source']),
      match: match.spec,
      groupBy,
      condition: { kind: 'threshold', count: rule.threshold.count, within: span(rule.threshold.within) },
      actions: actions.filter((action) => action !== undefined),
      cooldown: rule.cooldown === undefined ? defaultCooldown : span(rule.cooldown),
      mode: 'enforce',
    }
  }

  #sources(source: string | readonly string[], path: Path): readonly string[] {
    const names = list(source)
    // Those that are wrong in themselves are known, too.
    const known = Object.keys(valueIn(this.#yaml.value, ['sources']) ?? {})
    if (Array.isArray(source) && source.length === 0 && valueIn(this.#yaml.value, path) !== undefined) {
      this.#problem('bad-value', path, 'expected at least one source')
    }
    for (const [index, name] of names.entries()) {
      if (known.includes(name)) continue
      const at = Array.isArray(source) ? [...path, index] : path
      const expected = known.length === 0 ? 'none is defined under "sources"' : `expected ${known.join(', ')}`
      this.#problem('unknown-source', at, `unknown source "${name}"${didYouMean(name, known)}; ${expected}`)
    }
    return [...new Set(names)]
  }

  #checkGroupBy(groupBy: readonly string[], captured: readonly string[], path: Path, isList: boolean): void {
    const known = ['source', 'file', ...captured]
    for (const [index, name] of groupBy.entries()) {
      if (known.includes(name) || fieldForm.test(name)) continue
      const message = `expected the name of a journal field or one of ${known.join(', ')}, got "${name}"${didYouMean(name, known)}`
      this.#problem('bad-name', isList ? [...path, index] : path, message)
    }
  }

  #action(action: ActionText, path: Path, groupBy: readonly string[]): Action | undefined {
    const given = Object.entries(action).filter(([, value]) => value !== undefined)
    const [first] = given
    if (first === undefined || given.length > 1) {
      const keys = given.map(([key]) => key).join(', ')
      this.#problem(
        'conflict',
        path,
        `expected one action for an item of the list, got ${keys || 'none'}; begin each with its own dash`,
      )
      return undefined
    }
    if (action.kill !== undefined) return { kind: 'kill', ...action.kill }
    if (action.command !== undefined) return this.#command(action.command, path, groupBy)
    const [verb, unit] = first
    return { kind: 'unit', verb: verb as UnitVerb, unit: String(unit) }
  }

  #command(command: NonNullable<ActionText['command']>, path: Path, groupBy: readonly string[]): Action {
    const argv = Array.isArray(command) ? command : command.run
    const timeout = Array.isArray(command) ? undefined : command.timeout
    const at = [...path, 'command', ...(Array.isArray(command) ? [] : ['run'])]
    this.problems.push(...placeholderProblems(argv, at, groupBy, this.#yaml))
    return { kind: 'command', argv, timeout: timeout === undefined ? defaultTimeout : span(timeout) }
  }

  #checkName(path: Path, name: string, of: string): void {
    if (nameForm.test(name)) return
    const message = `expected a name for ${of} of small letters, digits, "_", "." and "-", at most 64, got ${JSON.stringify(name)}`
    this.#problem('bad-name', path, message, 'key')
  }

  #problem(code: Problem['code'], path: Path, message: string, at: 'key' | 'value' = 'value'): void {
    const location = at === 'key' ? this.#yaml.keyAt(path) : this.#yaml.valueAt(path)
    this.problems.push({ code, message, location })
  }
}

const fieldMessage = (field: string): string =>
  `expected the name of a journal field such as PRIORITY or _UID, got ${JSON.stringify(field)}`

function list<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value as Item]
}

/** The shape was checked: a text that is no span does not get here. */
function span(text: string): Duration {
  const parsed = parseDuration(text)
  if (typeof parsed === 'string') throw new Error(parsed)
  return parsed
}
