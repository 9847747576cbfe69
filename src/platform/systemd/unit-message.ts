/** What systemd says of a unit in the journal, out of the fields of the entry. Pure. */

import type { LogEvent } from '../../engine/event.ts'
import type { Instant } from '../../engine/time.ts'

/** See systemd/sd-messages.h. */
const kinds = {
  '7d4958e842da4a758f6c1cdc7b36dcc5': 'starting',
  '39f53479d3a045ac8e11786248231fbf': 'started',
  be02cf6855d2428ba40df7e9d022f03d: 'start-failed',
  de5b426a63be47a7b6ac3eaac82e2f6f: 'stopping',
  '9d1aaa27d60140bd96365438aad20286': 'stopped',
  d34d037fff1847e6ae669a370e694725: 'reloading',
  '7b05ebc668384222baa8881179cfda54': 'reloaded',
  '5eb03494b6584870a536b337290809b3': 'restart-scheduled',
  '7ad2d189f7e94e70a38c781354912448': 'succeeded',
  d9b373ed55a64feb8242e02dbe79a49c: 'failed',
} as const

type UnitMessageKind = (typeof kinds)[keyof typeof kinds]

export interface UnitMessage {
  readonly kind: UnitMessageKind
  readonly at: Instant
  readonly unit: string
  /** Of the job that it is about; absent where the unit changed by itself. */
  readonly job: string | undefined
  /** `start`, `stop`, `restart`, `reload` …; while a unit is being stopped it is `stop` for a restart, too. */
  readonly jobType: string | undefined
  /** Changes each time that the unit is started. */
  readonly invocation: string | undefined
}

const kindOf: ReadonlyMap<string, UnitMessageKind> = new Map(Object.entries(kinds))

/** Source of the events that are such messages. No source of a rule file can be called so. */
export const unitMessageSource = 'PID 1'

/** What selects the messages about `units`, by fields that nobody but systemd itself can set. */
export const unitMessageFields = (units: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  new Map([
    ['_PID', ['1']],
    ['UNIT', units],
    ['MESSAGE_ID', [...kindOf.keys()]],
  ])

/** Fields that are read of them, besides those. */
export const unitMessageDetails: readonly string[] = ['JOB_ID', 'JOB_TYPE', 'INVOCATION_ID']

/** `undefined` for an event that says nothing of the state of a unit. */
export function unitMessage({ at, fields }: LogEvent): UnitMessage | undefined {
  const text = (name: string): string | undefined => {
    const value = fields.get(name)
    return typeof value === 'string' ? value : undefined
  }
  const kind = kindOf.get(text('MESSAGE_ID') ?? '')
  const unit = text('UNIT')
  if (kind === undefined || unit === undefined) return undefined
  return {
    kind,
    at,
    unit,
    job: text('JOB_ID'),
    jobType: text('JOB_TYPE'),
    invocation: text('INVOCATION_ID'),
  }
}
