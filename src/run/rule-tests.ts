/** Runs one test of a rule file: the same engine as everywhere, given recorded logs, stated events, or both. */

import type { Happening, RuleTest } from '../config/rule-test.ts'
import type { Ruleset } from '../config/ruleset.ts'
import type { Decision, Output } from '../engine/decision.ts'
import { createEngine, type Engine } from '../engine/engine.ts'
import type { LogEvent } from '../engine/event.ts'
import type { Input, Outcome } from '../engine/input.ts'
import { after, type Instant, instant, microseconds, seconds, span } from '../engine/time.ts'
import { compileMatch } from '../match/compile-match.ts'
import type { TestResult, Verdict } from '../report/test-result.ts'
import type { Batch } from '../sources/source.ts'
import { Arrivals } from './arrival.ts'
import type { Coverage } from './coverage.ts'
import { compare } from './expectations.ts'
import { inputOf, type Planned, planned } from './test-steps.ts'

/** The start of tests without recorded events. */
const epoch = instant(seconds(946_684_800))

export interface RuleTestRun {
  readonly ruleset: Ruleset
  /** The recorded logs of the test, where it names any. */
  readonly recorded?: AsyncIterable<Batch>
  /** Told of all that happens. */
  readonly coverage?: Coverage
}

/** Errors of `recorded` are the caller's. */
export async function runRuleTest(test: RuleTest, run: RuleTestRun): Promise<TestResult> {
  const course = new Course(test, run)
  if (run.recorded === undefined) course.start(epoch)
  else for await (const { events } of run.recorded) for (const event of events) course.record(event)
  return course.end()
}

/** The result of a test that could not be run. */
export const failedTest = (test: RuleTest, problem: string): TestResult => ({
  test,
  passed: false,
  start: epoch,
  length: 0,
  recorded: false,
  comparisons: [],
  seen: [],
  problem,
})

class Course {
  readonly #test: RuleTest
  readonly #ruleset: Ruleset
  readonly #recorded: boolean
  readonly #coverage: Coverage | undefined
  readonly #engine: Engine
  readonly #verdicts: Verdict[] = []
  readonly #latest = new Map<string, LogEvent>()
  readonly #arrivals = new Arrivals()
  readonly #compared
  #start: Instant | undefined
  #last = epoch
  #steps: readonly Planned[] = []
  #nextStep = 0
  /** Outcomes that are still to come, the earliest first. */
  #outcomes: Outcome[] = []
  #actions: Omit<Extract<Happening, { kind: 'outcome' }>, 'kind'> = { result: 'done', takes: microseconds(0) }

  constructor(test: RuleTest, { ruleset, recorded, coverage }: RuleTestRun) {
    this.#test = test
    this.#ruleset = ruleset
    this.#recorded = recorded !== undefined
    this.#coverage = coverage
    this.#engine = createEngine(ruleset.rules)
    this.#compared = ruleset.rules
      .filter(({ name }) => test.rule === undefined || name === test.rule)
      .map(({ name, sources, match }) => ({ name, sources, matches: compileMatch(match) }))
    coverage?.begin()
  }

  start(at: Instant): void {
    this.#start = at
    this.#last = at
    this.#steps = planned(this.#test.steps, at)
    this.#handle({ kind: 'tick', at })
  }

  record(event: LogEvent): void {
    if (this.#start === undefined) this.start(event.at)
    this.#passTo(this.#arrivals.of(event))
    if (event.at > this.#last) this.#last = event.at
    this.#handle(event)
  }

  end(): TestResult {
    if (this.#start === undefined) this.start(epoch)
    const start = this.#start ?? epoch
    const { until } = this.#test
    const last = instant(
      Math.max(
        this.#last,
        this.#steps.at(-1)?.at ?? start,
        until === undefined ? start : after(start, until),
      ),
    )
    // What was due by the end is settled when no event that is late could still prevent it.
    this.#passTo(after(last, this.#engine.lateness))
    const length = span(start, last)
    const verdicts = this.#verdicts.filter(({ at }) => at <= length)
    const comparisons = compare(this.#test.expect, verdicts)
    const { rules } = this.#engine.status()
    return {
      test: this.#test,
      passed: comparisons.every(({ kind }) => kind === 'same'),
      start,
      length,
      recorded: this.#recorded,
      comparisons,
      seen: this.#compared.flatMap(({ name }) => {
        const status = rules.find(({ rule }) => rule === name)
        const latest = this.#latest.get(name)
        return status === undefined ? [] : [{ status, ...(latest === undefined ? {} : { last: latest }) }]
      }),
    }
  }

  /** Lets everything come that is planned or falls due up to `at`, each at its own time. */
  #passTo(at: Instant): void {
    for (;;) {
      const step = this.#steps[this.#nextStep]
      const [outcome] = this.#outcomes
      const deadline = this.#engine.nextDeadline()
      const next = Math.min(step?.at ?? at, outcome?.at ?? at, deadline ?? at, at)
      if (outcome?.at === next) {
        this.#outcomes.shift()
        this.#handle(outcome)
      } else if (step?.at === next) {
        this.#nextStep++
        this.#take(step)
      } else {
        this.#handle({ kind: 'tick', at: instant(next) })
        if (next === at) return
      }
    }
  }

  #take({ happening, ...when }: Planned): void {
    if (happening.kind === 'outcome') this.#actions = happening
    else this.#handle(inputOf({ ...when, happening }, this.#ruleset.sources, this.#nextStep))
  }

  #handle(input: Input): void {
    if (input.kind === 'event') this.#note(input)
    const outputs = this.#engine.handle(input)
    this.#coverage?.happened(input, outputs, this.#engine)
    for (const output of outputs) {
      const verdict = verdictOf(output, this.#start ?? epoch)
      if (verdict !== undefined && this.#compared.some(({ name }) => name === verdict.rule))
        this.#verdicts.push(verdict)
      if (output.kind === 'act') this.#act(output)
    }
  }

  #note(event: LogEvent): void {
    for (const { name, sources, matches } of this.#compared) {
      if (sources.includes(event.source) && matches(event) !== undefined) this.#latest.set(name, event)
    }
  }

  #act(decision: Decision): void {
    const { result, takes } = this.#actions
    const outcome: Outcome = {
      kind: 'outcome',
      at: after(decision.at, takes),
      decision: decision.id,
      attempts: decision.actions.map((action) => ({ action, result })),
    }
    if (takes === 0) this.#handle(outcome)
    else this.#outcomes = [...this.#outcomes, outcome].sort((one, other) => one.at - other.at)
  }
}

function verdictOf(output: Output, start: Instant): Verdict | undefined {
  const at = span(start, output.at)
  switch (output.kind) {
    case 'act':
    case 'hold': {
      const { rule, targets, key } = output
      return { at, decision: output.kind === 'act' ? 'act' : output.because, rule, targets, key, of: output }
    }
    case 'closed': {
      const { rule, targets, key } = output.decision
      const decision = output.recovered ? 'recovered' : 'not-recovered'
      return { at, decision, rule, targets, key, of: output.decision }
    }
    case 'deaf':
      return { at, decision: 'deaf', rule: output.rule, targets: [], key: new Map() }
    case 'cooldown-end':
    case 'grace':
      return undefined
  }
}
