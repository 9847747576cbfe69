/** Which branches of the rules the tests have reached. Pure. */

import type { DecisionWord } from '../config/rule-test.ts'
import type { CooldownEnd, Output } from '../engine/decision.ts'
import type { Engine } from '../engine/engine.ts'
import type { LogEvent } from '../engine/event.ts'
import type { Input } from '../engine/input.ts'
import type { Rule } from '../engine/rule.ts'
import { actsOnUnit, isTemplate, knownUnits } from '../engine/target.ts'
import { type Instant, instant } from '../engine/time.ts'
import type { RuleCoverage } from '../report/test-result.ts'
import { type EventBranch, eventBranches } from './event-branches.ts'

/** What is held back without a decision, too: an event that comes while a rule ignores them. */
type PolicyBranch = DecisionWord | 'grace'

interface RuleRecord {
  readonly rule: Rule
  readonly units: readonly string[]
  readonly ofEvents: readonly EventBranch[]
  readonly ofPolicy: readonly PolicyBranch[]
  readonly reached: Set<string>
  /** Events that it has ignored in this test, and whether somebody else restarted its unit. */
  ignored: number
  disturbed: boolean
  /** End of the latest cooldown of what it acts upon. */
  cooledUntil: Instant
}

export class Coverage {
  readonly #records: readonly RuleRecord[]

  constructor(rules: readonly Rule[]) {
    this.#records = rules.map((rule) => ({
      rule,
      units: knownUnits(rule),
      ofEvents: eventBranches(rule),
      ofPolicy: policyBranches(rule, rules),
      reached: new Set(),
      ignored: 0,
      disturbed: false,
      cooledUntil: instant(0),
    }))
  }

  /** A test begins. */
  begin(): void {
    for (const record of this.#records) {
      record.ignored = 0
      record.disturbed = false
      record.cooledUntil = instant(0)
    }
  }

  /** Takes note of an input that `engine` has handled. */
  happened(input: Input, outputs: readonly Output[], engine: Engine): void {
    if (input.kind === 'event') this.#noteMatches(input)
    for (const output of outputs) this.#noteOutput(output)
    this.#noteIgnored(input, engine)
  }

  /** In the order of the file. */
  get rules(): readonly RuleCoverage[] {
    return this.#records.map(({ rule, ofEvents, ofPolicy, reached }) => ({
      rule: rule.name,
      branches: [...ofPolicy, ...ofEvents.map(({ name }) => name)].map((name) => ({
        name,
        reached: reached.has(name),
      })),
    }))
  }

  #noteMatches(event: LogEvent): void {
    for (const { rule, ofEvents, reached } of this.#records) {
      if (!rule.sources.includes(event.source)) continue
      for (const { name, isReachedBy } of ofEvents)
        if (!reached.has(name) && isReachedBy(event)) reached.add(name)
    }
  }

  /** The engine counts what rules ignore; why is seen by what there is, or was when the event came that had to wait. */
  #noteIgnored({ kind, at }: Input, engine: Engine): void {
    const { rules, cooldowns } = engine.status()
    this.#records.forEach((record, index) => {
      const ignored = rules[index]?.ignored ?? 0
      if (ignored === record.ignored) return
      record.ignored = ignored
      const came = kind === 'event' ? at : at - record.rule.lateness
      const cools = record.cooledUntil > came || cooldowns.some((cooldown) => concerns(cooldown, record))
      record.reached.add(cools || !record.disturbed ? 'cooldown' : 'grace')
    })
  }

  #noteOutput(output: Output): void {
    switch (output.kind) {
      case 'act':
        this.#reach(output.rule, 'act')
        break
      case 'hold':
        this.#reach(output.rule, output.because)
        break
      case 'closed':
        this.#reach(output.decision.rule, output.recovered ? 'recovered' : 'not-recovered')
        break
      case 'deaf':
        this.#reach(output.rule, 'deaf')
        break
      case 'grace':
        for (const record of this.#records)
          if (output.rules.includes(record.rule.name)) record.disturbed = true
        break
      case 'cooldown-end':
        for (const record of this.#records) if (concerns(output, record)) record.cooledUntil = output.at
        break
    }
  }

  #reach(rule: string, branch: PolicyBranch): void {
    this.#records.find((record) => record.rule.name === rule)?.reached.add(branch)
  }
}

const concerns = (
  { rule, targets }: Omit<CooldownEnd, 'kind'>,
  record: Pick<RuleRecord, 'rule' | 'units'>,
): boolean => rule === record.rule.name || targets.some((target) => record.units.includes(target))

/** What the rule itself may come to. Staleness and pauses concern how the watchdog is run, not the rule. */
function policyBranches(rule: Rule, rules: readonly Rule[]): readonly PolicyBranch[] {
  const { actions, mode, cooldown, grace, budget, verify, expectEvery } = rule
  const onUnits = actions.filter(actsOnUnit)
  const units = knownUnits(rule)
  const sharesUnit = rules.some(
    (other) => other !== rule && knownUnits(other).some((unit) => units.includes(unit)),
  )
  const possible: readonly (readonly [PolicyBranch, boolean])[] = [
    ['act', mode === 'enforce'],
    ['dry-run', mode === 'simulate'],
    ['cooldown', cooldown > 0 || sharesUnit],
    ['grace', grace > 0 && onUnits.length > 0],
    ['budget', budget !== undefined],
    ['stopped', onUnits.some((action) => action.kind === 'unit' && leavesStopped.has(action.verb))],
    ['not-allowed', onUnits.some(({ unit }) => isTemplate(unit))],
    ['recovered', verify !== undefined],
    ['not-recovered', verify !== undefined],
    ['deaf', expectEvery !== undefined],
  ]
  return possible.flatMap(([branch, isPossible]) => (isPossible ? [branch] : []))
}

const leavesStopped: ReadonlySet<string> = new Set(['restart', 'reload_or_restart'])
