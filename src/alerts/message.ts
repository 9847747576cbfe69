/** One alert as it waits for delivery, and as a webhook without a preset and a command are told of it. */

import * as z from 'zod'

/** What of the decision the wording needs; all of it is kept. */
const decision = z.looseObject({
  id: z.string(),
  count: z.number(),
  first: z.string().nullable(),
  last: z.string().nullable(),
  lastEvent: z.looseObject({ text: z.string() }).optional(),
})

/** `given-up`: the budget is spent; `not-recovered`: the action did not help. */
export const causes = ['acted', 'given-up', 'not-recovered'] as const

export const alertMessage = z.object({
  type: z.literal('alert'),
  /** The same for every attempt to deliver it. */
  id: z.string(),
  /** Name of the alert in the rule file. */
  alert: z.string(),
  status: z.enum(['firing', 'recovered']),
  cause: z.enum(causes),
  /** The same for all that is told of one incident, its recovery included, and for no other. */
  incident: z.string(),
  host: z.string(),
  rule: z.string(),
  key: z.record(z.string(), z.string()),
  target: z.string().nullable(),
  /** When it happened last, or when it had recovered. ISO 8601 in UTC, as are all times. */
  time: z.string(),
  /** When the first of what it tells of happened. */
  since: z.string(),
  /** How often it happened since the alert before it. */
  times: z.int(),
  /** What happened, in words. */
  what: z.string(),
  /** What became of the actions before the alert. */
  attempts: z.array(z.object({ action: z.string(), result: z.string(), message: z.string().optional() })),
  decision,
  /** What was found before the action, as far as an alert has room for it; absent where nothing was gathered. */
  evidence: z
    .object({
      /** Where all of it is kept; `watchdog incident` shows it. */
      path: z.string().optional(),
      /** The latest events that led to the action. */
      lines: z.array(z.string()),
      /** What commands said: the unit's log and status, figures of its control group, and the rule's own. */
      parts: z.array(z.object({ title: z.string(), text: z.string() })),
    })
    .optional(),
})

export type AlertMessage = z.output<typeof alertMessage>
