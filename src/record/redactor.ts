/** Takes addresses, names and tokens out of a slice, so that the rules still see the same in it. Pure. */

import type { LogEvent } from '../engine/event.ts'
import type { Rule } from '../engine/rule.ts'
import type { FieldValue } from '../match/matchable.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { literalsOfRule, type View, viewOf } from './rule-view.ts'
import { type Kind, type Part, sensitiveParts, withoutOverlaps } from './sensitive.ts'
import type { Slice } from './slice.ts'

export interface Redacted {
  readonly slice: Slice
  /** How many different values of each kind have another name now. */
  readonly replaced: ReadonlyMap<Kind, number>
  /** So often something had to stay, because a rule sees another thing without it. */
  readonly kept: number
}

/** Fields whose values are of the machine's own making and name nobody. */
const plainFields = new Set([
  'file',
  'PRIORITY',
  'MESSAGE_ID',
  'CODE_FUNC',
  'CODE_LINE',
  '_TRANSPORT',
  'JOB_TYPE',
  'JOB_RESULT',
  'JOB_ID',
])

/** Shorter names are replaced only where it is plain that they are names. */
const wordLength = 3

/** What stands in `rules`, and the fields `selecting` by which sources select, stays as it is. */
export function redact(slice: Slice, rules: readonly Rule[], selecting: ReadonlySet<string>): Redacted {
  const redactor = new Redactor(slice, rules, selecting)
  const written = slice.written.map((event, index) => redactor.event(event, index))
  return { slice: { ...slice, written }, replaced: redactor.replaced, kept: redactor.kept }
}

class Redactor {
  readonly #literals: readonly string[]
  readonly #selecting: ReadonlySet<string>
  readonly #sees: View
  readonly #names: Pseudonyms
  /** Hosts and users that some line names as such; they are replaced wherever they stand. */
  readonly #words = new Map<string, Kind>()
  kept = 0

  constructor({ written }: Slice, rules: readonly Rule[], selecting: ReadonlySet<string>) {
    this.#literals = [...new Set(rules.flatMap(literalsOfRule))].filter((literal) => literal !== '')
    this.#selecting = selecting
    this.#sees = viewOf(rules)
    const words = new Set<string>()
    for (const { text, fields } of written) {
      this.#learn(text)
      const host = fields.get('_HOSTNAME')
      if (typeof host === 'string') this.#words.set(host, 'host')
      for (const [word] of text.matchAll(/[\w.:@-]+/g)) words.add(word)
    }
    this.#names = new Pseudonyms((name) => words.has(name))
  }

  get replaced(): ReadonlyMap<Kind, number> {
    return this.#names.counts
  }

  event(event: LogEvent, index: number): LogEvent {
    const fields = new Map(
      [...event.fields].map(([name, value]) => [name, this.#field(event, name, value)] as const),
    )
    const bare = { ...event, fields }
    const text = this.#text(bare)
    if (fields.has('MESSAGE')) fields.set('MESSAGE', text)
    const boot = event.monotonic?.boot
    return {
      ...bare,
      text,
      position: `entry ${index + 1}`,
      ...(event.monotonic === undefined || boot === undefined
        ? {}
        : { monotonic: { ...event.monotonic, boot: this.#names.of('hex', boot) } }),
    }
  }

  #learn(text: string): void {
    for (const { kind, start, end } of sensitiveParts(text)) {
      const word = text.slice(start, end)
      if ((kind === 'host' || kind === 'user') && word.length >= wordLength) this.#words.set(word, kind)
    }
  }

  #field(event: LogEvent, name: string, value: FieldValue): FieldValue {
    if (plainFields.has(name) || this.#selecting.has(name) || name === 'MESSAGE') return value
    const values = typeof value === 'string' ? [value] : value
    const shown = values.map((one) => (/^\d*$/.test(one) ? one : this.#replaced(one, this.#parts(one))))
    const after = typeof value === 'string' ? (shown[0] ?? '') : shown
    const isSeen =
      this.#sees(event) !== this.#sees({ ...event, fields: new Map([...event.fields, [name, after]]) })
    if (!isSeen) return after
    this.kept++
    return value
  }

  /** All at once where the rules see the same then; else as many as may be, found by halves. */
  #text(event: LogEvent): string {
    const { text } = event
    const before = this.#sees(event)
    const chosen: Part[] = []
    const choose = (parts: readonly Part[]): void => {
      const shown = this.#replaced(text, [...chosen, ...parts])
      if (this.#sees({ ...event, text: shown }) === before) chosen.push(...parts)
      else if (parts.length === 1) this.kept++
      else {
        const middle = Math.ceil(parts.length / 2)
        choose(parts.slice(0, middle))
        choose(parts.slice(middle))
      }
    }
    const parts = this.#parts(text)
    if (parts.length > 0) choose(parts)
    return this.#replaced(text, chosen)
  }

  #parts(text: string): readonly Part[] {
    const words: Part[] = []
    for (const { 0: word, index } of text.matchAll(/(?<![\w.-])[A-Za-z_](?:[\w.-]{0,62}\w)?/g)) {
      const kind = this.#words.get(word)
      if (kind !== undefined) words.push({ kind, start: index, end: index + word.length })
    }
    return withoutOverlaps([...sensitiveParts(text), ...words], this.#literalsIn(text))
  }

  /** Marks where what stands in the rules stands in `text`. */
  #literalsIn(text: string): Uint8Array {
    const marks = new Uint8Array(text.length)
    for (const literal of this.#literals) {
      for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1))
        marks.fill(1, at, at + literal.length)
    }
    return marks
  }

  #replaced(text: string, parts: readonly Part[]): string {
    let done = 0
    let shown = ''
    for (const { kind, start, end } of parts) {
      const word = text.slice(start, end)
      shown += text.slice(done, start) + this.#names.of(this.#words.get(word) ?? kind, word)
      done = end
    }
    return shown + text.slice(done)
  }
}
