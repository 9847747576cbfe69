/** A list of known incidents: text in, times or all its problems out. Pure. */

import * as z from 'zod'
import type { Instant } from '../engine/time.ts'
import { expectedGot, Mistake } from './mistake.ts'
import { momentWords, parseMoment } from './moment.ts'
import type { Problem } from './problem.ts'
import { issueOf, keys, readBy, text } from './schema/elements.ts'
import { shapeProblems } from './shape-problems.ts'
import { readYaml } from './yaml/read-yaml.ts'

export interface KnownIncident {
  readonly name: string
  readonly from: Instant
  readonly until: Instant
}

export type IncidentsResult =
  | { readonly ok: true; readonly incidents: readonly KnownIncident[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const listWords =
  'a list of incidents, such as - { name: May, from: 2026-05-03 04:30, until: 2026-05-03 05:10 }'

/** `file` is the name by which problems call it; times are meant at `now`, in the machine's zone where they name none. */
export function parseIncidents(input: Uint8Array, file: string, now: Instant): IncidentsResult {
  const { yaml, problems } = readYaml(input, file)
  if (yaml === undefined) return { ok: false, problems }
  const shape = incidents(now).safeParse(yaml.value, { reportInput: true })
  const wrong = [...problems, ...shapeProblems(shape.error?.issues ?? [], yaml)]
  return shape.success && wrong.length === 0
    ? { ok: true, incidents: shape.data }
    : { ok: false, problems: wrong }
}

const incidents = (now: Instant) => {
  const moment = readBy(momentWords, (time) => parseMoment(time, now))
  const incident = keys(
    { name: text('a name').optional(), from: moment, until: moment },
    'an incident: from, until and a name',
  )
    .superRefine(({ from, until }, context) => {
      if (until >= from) return
      context.addIssue(
        issueOf(new Mistake('bad-value', expectedGot('a time after "from"', 'one before it')), ['until']),
      )
    })
    .transform(({ name, from, until }) => ({ name, from, until }))
  return z
    .array(incident, listWords)
    .min(1, listWords)
    .transform((list) =>
      list
        .map(
          ({ name, ...times }, index): KnownIncident => ({ name: name ?? `incident ${index + 1}`, ...times }),
        )
        .sort((one, other) => one.from - other.from),
    )
}
