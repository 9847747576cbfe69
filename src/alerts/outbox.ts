/** The port of where threads are kept until all that they have to tell is delivered. */

import * as z from 'zod'
import { instant } from '../engine/time.ts'
import { alertMessage } from './message.ts'
import type { Thread } from './thread.ts'

/** `put` and `remove` resolve when that is on disk, or cannot be, which is told elsewhere. They never reject. */
export interface Outbox {
  /** What was kept when the program started. */
  load(): readonly Thread[]
  put(thread: Thread): Promise<void>
  remove(id: string): Promise<void>
  /** What was put and is not on disk yet. */
  unkept(): readonly Thread[]
}

/** A thread that was on a disk, so nothing of it is believed. */
export const thread = z.object({
  revision: z.int(),
  id: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,100}$/),
  alert: z.string(),
  decision: z.string(),
  toldAt: z.int().transform(instant),
  isOpen: z.boolean(),
  latest: alertMessage,
  waiting: z.array(alertMessage),
}) satisfies z.ZodType<Thread>

/** Where there is no directory. */
export const memoryOutbox: Outbox = {
  load: () => [],
  put: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  unkept: () => [],
}
