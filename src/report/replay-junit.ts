/** A replay as JUnit's XML: a test for each rule, which fails where the rule would have acted. */

import type { Decision } from '../engine/decision.ts'
import type { Rule } from '../engine/rule.ts'
import { actionsWords, seenWords } from './decision-words.ts'
import { escaped } from './junit.ts'
import { isoTime } from './time-text.ts'

/** Decisions to act that are written for one rule; more are counted. */
const shown = 100

export class ReplayJunit {
  readonly #rules: readonly Rule[]
  readonly #file: string
  readonly #acted = new Map<string, { count: number; readonly lines: string[] }>()

  /** `file` is the rule file. */
  constructor(rules: readonly Rule[], file: string) {
    this.#rules = rules
    this.#file = file
  }

  decision(decision: Decision): void {
    if (decision.kind !== 'act') return
    const acted = this.#acted.get(decision.rule) ?? { count: 0, lines: [] }
    acted.count++
    if (acted.lines.length < shown)
      acted.lines.push(`${isoTime(decision.at)} would ${actionsWords(decision)} (${seenWords(decision)})`)
    this.#acted.set(decision.rule, acted)
  }

  get xml(): string {
    const counts = `tests="${this.#rules.length}" failures="${this.#acted.size}" errors="0"`
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="watchdog replay" ${counts}>`,
      `  <testsuite name="${escaped(this.#file)}" ${counts}>`,
      ...this.#rules.flatMap(({ name }) => this.#testCase(name)),
      '  </testsuite>',
      '</testsuites>',
      '',
    ].join('\n')
  }

  #testCase(name: string): readonly string[] {
    const open = `    <testcase name="${escaped(name)}" classname="${escaped(this.#file)}"`
    const acted = this.#acted.get(name)
    if (acted === undefined) return [`${open}/>`]
    const more = acted.count - acted.lines.length
    const text = [...acted.lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n')
    return [
      `${open}>`,
      `      <failure message="would have acted ${acted.count} times">${escaped(text)}</failure>`,
      '    </testcase>',
    ]
  }
}
