/** Which entries a journal source selects: as a test of an entry, and as journalctl's own match arguments. Pure. */

import type { JournalSpec } from '../../config/ruleset.ts'
import type { Fields, FieldValue } from '../../match/matchable.ts'

/** A field has one of the values. All terms of a conjunction must hold, and one conjunction of a selection. */
interface Term {
  readonly field: string
  readonly values: readonly string[]
}
type Conjunction = readonly Term[]

const coredump = 'fc2e22bc6ee647b6b90729ab34a250b1'

/**
 * What `journalctl -u` selects for a unit: what its processes log, what systemd says about it, its core dumps, and what
 * privileged programs log for it. Only fields that journald itself writes, or a client of a user that may, are believed.
 */
const unitConjunctions = (unit: string): readonly Conjunction[] => [
  [{ field: '_SYSTEMD_UNIT', values: [unit] }],
  [term('_PID', '1'), term('UNIT', unit)],
  [term('_UID', '0'), term('OBJECT_SYSTEMD_UNIT', unit)],
  [term('MESSAGE_ID', coredump), term('_UID', '0'), term('COREDUMP_UNIT', unit)],
  ...(unit.endsWith('.slice') ? [[term('_SYSTEMD_SLICE', unit)]] : []),
]

/** The same for a unit of the user's own systemd; `_UID` is added by the caller. */
const userUnitConjunctions = (unit: string, uid: string): readonly Conjunction[] => [
  [term('_SYSTEMD_USER_UNIT', unit), term('_UID', uid)],
  [term('USER_UNIT', unit), term('_UID', uid)],
  [
    term('OBJECT_SYSTEMD_USER_UNIT', unit),
    term('OBJECT_SYSTEMD_OWNER_UID', uid),
    { field: '_UID', values: ['0', uid] },
  ],
  [term('MESSAGE_ID', coredump), term('COREDUMP_USER_UNIT', unit), { field: '_UID', values: ['0', uid] }],
]

/** Whose units a selection means: the system's, or those of the user with that number. */
export type UnitsOf = 'system' | { readonly uid: number }

export function selects(spec: JournalSpec, fields: Fields, of: UnitsOf = 'system'): boolean {
  return conjunctions(spec, of).some((terms) =>
    terms.every(({ field, values }) => hasValue(fields.get(field), values)),
  )
}

/** A test for many entries: what can be worked out beforehand, is. */
export function selector(spec: JournalSpec, of: UnitsOf): (fields: Fields) => boolean {
  const alternatives = conjunctions(spec, of)
  return (fields) =>
    alternatives.some((terms) => terms.every(({ field, values }) => hasValue(fields.get(field), values)))
}

/** Arguments that select what any of `specs` does; empty where one of them selects everything. */
export function matchArguments(specs: readonly JournalSpec[], of: UnitsOf): readonly string[] {
  const alternatives = specs.flatMap((spec) => conjunctions(spec, of))
  if (alternatives.some((terms) => terms.length === 0)) return []
  const texts = alternatives.map((terms) =>
    terms.flatMap(({ field, values }) => values.map((value) => `${field}=${value}`)),
  )
  const different = [...new Map(texts.map((text) => [text.join('\0'), text])).values()]
  return different.flatMap((text, index) => (index === 0 ? text : ['+', ...text]))
}

/** Fields by which entries are told apart. */
export const selectionFields = (specs: readonly JournalSpec[], of: UnitsOf): readonly string[] => [
  ...new Set(
    specs.flatMap((spec) => conjunctions(spec, of)).flatMap((terms) => terms.map(({ field }) => field)),
  ),
]

function conjunctions({ units, identifiers, fields }: JournalSpec, of: UnitsOf): readonly Conjunction[] {
  const common: Term[] = [
    ...(identifiers.length === 0 ? [] : [{ field: 'SYSLOG_IDENTIFIER', values: identifiers }]),
    ...[...fields].map(([field, values]) => ({ field, values })),
  ]
  if (units.length === 0) return [common]
  return units
    .flatMap((unit) =>
      of === 'system' ? unitConjunctions(unit) : userUnitConjunctions(unit, String(of.uid)),
    )
    .map((terms) => merged([...terms, ...common]))
    .filter((terms) => terms !== undefined)
}

/** journalctl takes two values of a field as alternatives: terms of the same field must become one, or none can hold. */
function merged(terms: Conjunction): Conjunction | undefined {
  const byField = new Map<string, readonly string[]>()
  for (const { field, values } of terms) {
    const before = byField.get(field)
    const both = before === undefined ? values : values.filter((value) => before.includes(value))
    if (both.length === 0) return undefined
    byField.set(field, both)
  }
  return [...byField].map(([field, values]) => ({ field, values }))
}

const term = (field: string, value: string): Term => ({ field, values: [value] })

/** Any value of a repeated field will do, as it does for journalctl. */
const hasValue = (value: FieldValue | undefined, wanted: readonly string[]): boolean =>
  value === undefined
    ? false
    : typeof value === 'string'
      ? wanted.includes(value)
      : value.some((one) => wanted.includes(one))
