/** What operators may ask of a running watchdog, and order it to do. Requests are hostile until they are read here. */

import * as z from 'zod'
import { parseDuration } from '../config/duration.ts'
import { Mistake } from '../config/mistake.ts'
import { after, type Duration, type Instant } from '../engine/time.ts'
import { holdWords } from '../report/decision-words.ts'
import type { LiveRun } from '../run/live.ts'
import type { ReloadResult } from './rules-reload.ts'

const name = z.string().min(1).max(1_024)
const span = z
  .string()
  .max(64)
  .transform((text, context): Duration => {
    const parsed = parseDuration(text)
    if (!(parsed instanceof Mistake) && parsed > 0) return parsed
    context.addIssue({ code: 'custom', message: `expected a time span such as 30min or 2h, got "${text}"` })
    return z.NEVER
  })

/** `by` is who asks, as the client says; the permissions of the socket are what decides. */
const request = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('pause'), by: name, subject: name, for: span.optional() }),
  z.strictObject({ do: z.literal('resume'), by: name, subject: name }),
  z.strictObject({
    do: z.literal('act'),
    by: name,
    subject: name,
    key: z.record(name, z.string().max(4_096)).default({}),
  }),
  z.strictObject({ do: z.literal('reload'), by: name }),
])

export type OperatorRequest = z.output<typeof request>

/** One line for people, and whether it was done. */
export interface OperatorAnswer {
  readonly ok: boolean
  readonly message: string
}

export interface OperatorOptions {
  readonly live: LiveRun
  readonly reload: (by: string) => ReloadResult
  readonly now: () => Instant
  /** Told of everything that was ordered, and what came of it. */
  readonly told: (request: OperatorRequest, answer: OperatorAnswer) => void
}

const refused = (message: string): OperatorAnswer => ({ ok: false, message })

export class Operator {
  readonly #options: OperatorOptions

  constructor(options: OperatorOptions) {
    this.#options = options
  }

  /** `value` is the request as it came, parsed from JSON. */
  order(value: unknown): OperatorAnswer {
    const { success, data, error } = request.safeParse(value)
    if (!success) return refused(error.issues.map(({ message }) => message).join('; '))
    const answer = this.#carryOut(data)
    this.#options.told(data, answer)
    return answer
  }

  #carryOut(data: OperatorRequest): OperatorAnswer {
    const { reload, now } = this.#options
    switch (data.do) {
      case 'reload': {
        const { result, message } = reload(data.by)
        return { ok: result !== 'refused', message: `${result}: ${message}` }
      }
      case 'pause': {
        const unknown = this.#unknownSubject(data.subject)
        if (unknown !== undefined) return refused(unknown)
        const at = now()
        const until = data.for === undefined ? {} : { until: after(at, data.for) }
        this.#options.live.order({ kind: 'pause', at, subject: data.subject, ...until })
        return { ok: true, message: `${data.subject} is paused: it is watched and not acted upon` }
      }
      case 'resume': {
        const unknown = this.#unknownSubject(data.subject)
        if (unknown !== undefined) return refused(unknown)
        this.#options.live.order({ kind: 'resume', at: now(), subject: data.subject })
        return { ok: true, message: `${data.subject} is resumed: its windows start again from nothing` }
      }
      case 'act':
        return this.#act(data.subject, data.key, data.by)
    }
  }

  /** Why there is nothing of that name. */
  #unknownSubject(subject: string): string | undefined {
    const { rules, targets } = this.#options.live.inspect(0)
    const names = [...rules.map(({ rule }) => rule), ...targets.map(({ unit }) => unit)]
    if (names.includes(subject)) return undefined
    return `there is no rule or unit ${subject}; there are ${[...new Set(names)].filter((one) => one !== '').join(', ')}`
  }

  #act(subject: string, key: Readonly<Record<string, string>>, by: string): OperatorAnswer {
    const { live, now } = this.#options
    const rule = live.plan.rules.find((one) => one.name === subject)
    if (rule === undefined)
      return refused(
        `there is no rule ${subject}; there are ${live.plan.rules.map((one) => one.name).join(', ')}`,
      )
    const missing = rule.groupBy.filter((part) => key[part] === undefined)
    const extra = Object.keys(key).filter((part) => !rule.groupBy.includes(part))
    if (missing.length > 0 || extra.length > 0) {
      const needed = rule.groupBy.map((part) => `${part}=VALUE`).join(' ')
      return refused(
        needed === ''
          ? `${subject} has no key: leave out ${extra.join(', ')}`
          : `${subject} needs its key: ${needed}`,
      )
    }
    const values = rule.groupBy.map((part) => key[part] ?? '')
    for (const output of live.order({ kind: 'act', at: now(), subject, key: values, by })) {
      if (output.kind === 'act')
        return { ok: true, message: `${subject}: acting; the incident is ${output.id}` }
      if (output.kind === 'hold') return refused(`${subject}: ${holdWords(output.because, output.targets)}`)
    }
    return refused(`${subject}: nothing was decided`)
  }
}
