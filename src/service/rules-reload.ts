/** Goes over to a rule file that has changed: checked whole first; a wrong one changes nothing. */

import type { Ruleset } from '../config/ruleset.ts'
import type { Instant } from '../engine/time.ts'

/** The rules of the file as it is now, or all that is wrong with them, for people. */
export type LoadedRules =
  | { readonly ok: true; readonly ruleset: Ruleset }
  | { readonly ok: false; readonly problems: string }

export interface ReloadResult {
  readonly at: Instant
  /** Who or what wanted it. */
  readonly by: string
  readonly result: 'changed' | 'unchanged' | 'refused'
  /** Rules that are new, changed or gone, by name; or what is wrong. */
  readonly message: string
}

export interface RulesReloadOptions {
  readonly rules: Ruleset
  readonly load: () => LoadedRules
  readonly change: (ruleset: Ruleset) => void
  readonly now: () => Instant
  readonly told: (result: ReloadResult) => void
}

export class RulesReload {
  readonly #options: RulesReloadOptions
  #rules: Ruleset
  #last: ReloadResult | undefined

  constructor(options: RulesReloadOptions) {
    this.#options = options
    this.#rules = options.rules
  }

  /** What came of the latest one. */
  get last(): ReloadResult | undefined {
    return this.#last
  }

  reload(by: string): ReloadResult {
    const { load, change, now, told } = this.#options
    const loaded = load()
    const about = { at: now(), by }
    if (!loaded.ok) this.#last = { ...about, result: 'refused', message: loaded.problems }
    else {
      const message = differences(this.#rules, loaded.ruleset)
      this.#rules = loaded.ruleset
      if (message !== undefined) change(loaded.ruleset)
      this.#last = {
        ...about,
        result: message === undefined ? 'unchanged' : 'changed',
        message: message ?? 'the rules are as they were',
      }
    }
    told(this.#last)
    return this.#last
  }
}

/** `new: a; changed: b, c`; `undefined` where nothing has changed. */
function differences(old: Ruleset, fresh: Ruleset): string | undefined {
  const texts = new Map(old.rules.map((rule) => [rule.name, textOf(rule)]))
  const names = new Set(fresh.rules.map(({ name }) => name))
  const list = (word: string, rules: readonly string[]): readonly string[] =>
    rules.length === 0 ? [] : [`${word}: ${rules.join(', ')}`]
  const changes = [
    ...list('new', namesOf(fresh.rules.filter(({ name }) => !texts.has(name)))),
    ...list(
      'changed',
      namesOf(fresh.rules.filter((rule) => texts.has(rule.name) && texts.get(rule.name) !== textOf(rule))),
    ),
    ...list('gone', namesOf(old.rules.filter(({ name }) => !names.has(name)))),
    ...list('sources changed', sourcesText(old) === sourcesText(fresh) ? [] : [...fresh.sources.keys()]),
    ...list('alerts changed', changedAlerts(old.alerts, fresh.alerts)),
  ]
  return changes.length === 0 ? undefined : changes.join('; ')
}

const changedAlerts = (old: Ruleset['alerts'], fresh: Ruleset['alerts']): readonly string[] =>
  [...new Set([...old.keys(), ...fresh.keys()])].filter(
    (name) => textOf([old.get(name)]) !== textOf([fresh.get(name)]),
  )

const namesOf = (rules: readonly { readonly name: string }[]): readonly string[] =>
  rules.map(({ name }) => name)

const sourcesText = ({ sources }: Ruleset): string => textOf([...sources])

/** The same text for the same value; maps and sets are shown in their order. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (part instanceof Map || part instanceof Set ? [...part] : part))
