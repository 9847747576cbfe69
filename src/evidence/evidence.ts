/** What is known of an incident besides the decision: gathered before the action that may destroy it, kept as JSON. */

import * as z from 'zod'

const line = z.object({
  /** ISO 8601. */
  time: z.string(),
  source: z.string().optional(),
  position: z.string().optional(),
  /** Absent where too much came since to keep it. */
  text: z.string().optional(),
})

const part = z.object({
  /** What was asked, as one would type it. */
  title: z.string(),
  /** Whether it gave all that it had to say; if not, `text` is what it had said by then. */
  end: z.enum(['whole', 'failed', 'late']),
  /** Why it is not whole. */
  why: z.string().optional(),
  /** Only its end is here. */
  cut: z.boolean(),
  text: z.string(),
})

export const evidenceFile = z.object({
  version: z.literal(1),
  incident: z.string(),
  /** As `watchdog replay --json` tells it. */
  decision: z.looseObject({ type: z.string(), time: z.string() }),
  gathered: z.object({ at: z.string(), milliseconds: z.number() }),
  /** The latest events that led to the action. */
  lines: z.array(line),
  parts: z.array(part),
})

export type EvidenceLine = z.output<typeof line>
export type EvidencePart = z.output<typeof part>
export type EvidenceFile = z.output<typeof evidenceFile>

/** What was gathered before an action, for whoever tells of the incident. */
export interface Gathered {
  readonly evidence: EvidenceFile
  /** Where it is kept; absent where it cannot be. */
  readonly path?: string
}
