import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Output } from '../../../src/engine/decision.ts'
import { createEngine } from '../../../src/engine/engine.ts'
import type { Input } from '../../../src/engine/input.ts'
import type { Rule } from '../../../src/engine/rule.ts'
import { instant, seconds } from '../../../src/engine/time.ts'
import { decisionWord } from '../../../src/report/decision-words.ts'
import { start, testEvent, testRule } from '../histories.ts'
import { historyFor, type PolicyName, policies, ruleUnder } from './policy-histories.ts'
import { type ModelInput, type ModelRule, PolicyModel } from './policy-model.ts'

const runs = 10_000
const second = 1_000_000
const wall = (at: number) => instant(start + Math.round(at * second))
const contains = (literal: string) => ({ kind: 'contains', literal, ignoreCase: false }) as const
const escalation = [{ kind: 'command', argv: ['/bin/true'], timeout: seconds(1) }] as const

const ruleOf = ({ budget, backoff, verify, clear, ...rule }: ModelRule): Rule =>
  testRule({
    name: 'rule',
    condition: { kind: 'threshold', count: rule.count, within: seconds(rule.within) },
    match: contains('counts'),
    reset: contains('resets'),
    cooldown: seconds(rule.cooldown),
    grace: seconds(rule.grace),
    maxAge: seconds(rule.maxAge),
    lateness: seconds(0),
    mode: rule.mode,
    ...(backoff === undefined
      ? {}
      : {
          backoff: { factor: backoff.factor, max: seconds(backoff.max), healthy: seconds(backoff.healthy) },
        }),
    ...(budget === undefined
      ? {}
      : {
          budget: {
            actions: budget.actions,
            per: seconds(budget.per),
            escalation,
            ...(budget.halfOpen === undefined ? {} : { halfOpen: seconds(budget.halfOpen) }),
          },
        }),
    ...(verify === undefined ? {} : { verify: { within: seconds(verify), otherwise: [] } }),
    ...(clear === undefined ? {} : { clear: { count: clear.count, within: seconds(clear.within) } }),
  })

function inputOf(input: ModelInput): Input {
  const at = wall(input.at)
  switch (input.do) {
    case 'event':
      return testEvent(at, `${input.resets ? 'resets' : ''} ${input.counts ? 'counts' : ''}`)
    case 'clock':
      return { kind: 'tick', at, monotonic: { boot: 'now', at: seconds(input.at + 10) } }
    case 'unit': {
      const { stopped, running, disturbedAt } = input
      const disturbed = disturbedAt === undefined ? {} : { disturbedAt: wall(disturbedAt) }
      return { kind: 'unit', at, unit: 'site.service', stopped, running, ...disturbed }
    }
    case 'pause':
    case 'resume': {
      const until = input.do === 'pause' && input.until !== undefined ? { until: wall(input.until) } : {}
      return { kind: input.do, at, subject: input.subject === 'rule' ? 'rule' : 'site.service', ...until }
    }
    case 'gap':
      return { kind: 'gap', at, sources: ['one'] }
    case 'tick':
      return { kind: 'tick', at }
  }
}

/** What is told of an output in the words of the model; nothing of those that it does not have. */
function wordsOf(output: Output): string[] {
  const at = (output.at - start) / second
  switch (output.kind) {
    case 'act':
    case 'hold':
      return [`${at} ${decisionWord(output)}${output.incomplete ? ', incomplete' : ''}`]
    case 'closed':
      return [`${at} ${output.recovered ? 'recovered' : `not recovered (${output.because})`}`]
    default:
      return []
  }
}

/** Plays the history to the engine; every action ends at once. */
function play(rule: ModelRule, history: readonly ModelInput[]) {
  const engine = createEngine([ruleOf(rule)])
  const told: string[] = []
  let escalations = 0
  const handle = (input: Input): void => {
    for (const output of engine.handle(input)) {
      told.push(...wordsOf(output))
      if (output.kind === 'hold') escalations += output.escalation.length
      if (output.kind !== 'act') continue
      const attempts = output.actions.map((action) => ({ action, result: 'done' as const }))
      handle({ kind: 'outcome', at: output.at, decision: output.id, attempts })
    }
  }
  for (const input of history) handle(inputOf(input))
  return { told, escalations, future: engine.status().rules[0]?.future }
}

function agree(rule: ModelRule, history: readonly ModelInput[]): number {
  const model = new PolicyModel(rule)
  for (const input of history) model.handle(input)
  const { told, escalations, future } = play(rule, history)
  assert.deepEqual(told, model.told)
  assert.deepEqual({ escalations, future }, { escalations: model.escalations, future: model.future })
  return model.told.length
}

describe(`every policy as a list of everything would have it, on ${runs} histories`, () => {
  const names = Object.keys(policies) as PolicyName[]
  for (const name of names) {
    test(name, () => {
      let told = 0
      fc.assert(
        fc.property(ruleUnder(name), historyFor(name), (rule, history) => {
          told += agree(rule, history)
        }),
        { numRuns: runs },
      )
      assert.ok(told > runs, `the histories are too tame: ${told} decisions`)
    })
  }

  test('all of them together', () => {
    fc.assert(fc.property(ruleUnder(), historyFor(), agreeing), { numRuns: runs })
  })
})

const agreeing = (rule: ModelRule, history: readonly ModelInput[]): void => {
  agree(rule, history)
}
