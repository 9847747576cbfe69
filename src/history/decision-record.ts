/** A decision as `decision-json.ts` wrote it, read back. */

import * as z from 'zod'

const event = z.object({ source: z.string().optional(), position: z.string().optional(), text: z.string() })

/** Times are ISO 8601; spans are in µs. */
export const decisionRecord = z.object({
  type: z.literal('decision'),
  time: z.string(),
  id: z.string(),
  rule: z.string(),
  key: z.record(z.string(), z.string()),
  target: z.string().nullable(),
  /** `act`, or why it was held back. */
  decision: z.string(),
  actions: z.array(z.string()),
  count: z.number(),
  value: z.number().optional(),
  first: z.string().nullable(),
  last: z.string().nullable(),
  firstEvent: event.optional(),
  lastEvent: event.optional(),
  incomplete: z.boolean(),
  ruleHash: z.string(),
  /** The operator who wanted it. */
  by: z.string().optional(),
  policy: z.object({
    cooldown: z.number(),
    budget: z.object({ used: z.number(), allowed: z.number() }).optional(),
  }),
})

export type DecisionRecord = z.output<typeof decisionRecord>
