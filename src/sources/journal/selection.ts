/** Which entries a journal source selects: one formula, as journalctl's match arguments and as a test. Pure. */

import type { JournalSpec } from '../../config/ruleset.ts'
import { unitMatches } from '../../engine/target.ts'
import type { Fields, FieldValue } from '../../match/matchable.ts'

/** Whose units a selection means: the system's, or those of the user with that number, who reads only entries of their own. */
export type UnitsOf = 'system' | { readonly uid: number }

/** Units by a pattern, in which `*` stands for any characters. */
interface UnitPattern {
  readonly pattern: string
}

/** A conjunction: each of these fields has one of its values. Without fields it holds for every entry. */
type Term = ReadonlyMap<string, readonly (string | UnitPattern)[]>

/** The test whether `spec` selects an entry with these fields. */
export const selector = (spec: JournalSpec, of: UnitsOf): ((fields: Fields) => boolean) => {
  const terms = termsOf(spec, of)
  return (fields) => terms.some((term) => holds(term, fields))
}

/**
 * Arguments of journalctl(1) that select what any of `specs` does; none where one of them selects everything. Patterns
 * stand for those of `units` that fit them.
 */
export const matchArguments = (
  specs: readonly JournalSpec[],
  of: UnitsOf,
  units: readonly string[] = [],
): readonly string[] => {
  const terms = specs.flatMap((spec) => termsOf(spec, of))
  if (terms.some((term) => term.size === 0)) return []
  const texts = terms.map((term) =>
    [...term].flatMap(([field, values]) =>
      values.flatMap((value) => expanded(value, units)).map((value) => `${field}=${value}`),
    ),
  )
  return texts.flatMap((text, index) => (index === 0 ? text : ['+', ...text]))
}

/** Whether what `specs` select depends on which units there are. */
export const hasPatterns = (specs: readonly JournalSpec[]): boolean =>
  specs.some(({ units, userUnits = [] }) => [...units, ...userUnits].some((unit) => unit.includes('*')))

/** The pattern itself is the name of no unit: it keeps the field among the arguments where none fits. */
const expanded = (value: string | UnitPattern, units: readonly string[]): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : [value.pattern, ...units.filter((unit) => unitMatches(value.pattern, unit))]

/** Fields by which the entries of `specs` are told apart. */
export const selectionFields = (specs: readonly JournalSpec[], of: UnitsOf): ReadonlySet<string> =>
  new Set(specs.flatMap((spec) => termsOf(spec, of)).flatMap((term) => [...term.keys()]))

/** Names of sources whose parts contradict each other, so that no entry can satisfy them. */
export const contradictory = (specs: readonly JournalSpec[], of: UnitsOf): readonly string[] =>
  specs.filter((spec) => termsOf(spec, of).length === 0).map(({ name }) => name)

/** The selection as a disjunction of terms. */
const termsOf = ({ units, userUnits, identifiers, fields }: JournalSpec, of: UnitsOf): readonly Term[] => {
  const common: readonly Term[] = [
    fields,
    ...(identifiers.length === 0 ? [] : [new Map([['SYSLOG_IDENTIFIER', identifiers]])]),
  ]
  const claims =
    userUnits === undefined
      ? aboutUnits(units.map(unitValue), of)
      : [
          ...(units.length === 0 ? [] : aboutUnits(units.map(unitValue), of)),
          ...ofAnyUser(userUnits.map(unitValue)),
        ]
  return claims.flatMap((claim) => conjunction([claim, ...common]) ?? [])
}

type UnitValue = string | UnitPattern
const unitValue = (unit: string): UnitValue => (unit.includes('*') ? { pattern: unit } : unit)

const aboutUnits = (units: readonly UnitValue[], of: UnitsOf): readonly Term[] => {
  if (of === 'system') return units.length === 0 ? [new Map()] : systemUnits(units)
  const uid = String(of.uid)
  return units.length === 0 ? [new Map([['_UID', [uid]]])] : userUnits(units, uid)
}

/** What journald itself knows of users' units: no user's programs can claim to be in another's. */
const ofAnyUser = (units: readonly UnitValue[]): readonly Term[] => [
  new Map([['_SYSTEMD_USER_UNIT', units]]),
  new Map<string, readonly UnitValue[]>([
    ['_SYSTEMD_USER_UNIT', ['init.scope']],
    ['USER_UNIT', units],
  ]),
]

/** What systemd-coredump's message about a process has for its ID; see systemd/sd-messages.h. */
const coredump = 'fc2e22bc6ee647b6b90729ab34a250b1'

/**
 * What `journalctl -u` shows: what the processes of the units log, what systemd says about the units, what root's
 * programs say about their processes, and their core dumps. Fields that a client may claim are believed of nobody else.
 */
const systemUnits = (units: readonly UnitValue[]): readonly Term[] => [
  new Map([['_SYSTEMD_UNIT', units]]),
  new Map<string, readonly UnitValue[]>([
    ['_PID', ['1']],
    ['UNIT', units],
  ]),
  new Map<string, readonly UnitValue[]>([
    ['_UID', ['0']],
    ['OBJECT_SYSTEMD_UNIT', units],
  ]),
  new Map<string, readonly UnitValue[]>([
    ['_UID', ['0']],
    ['MESSAGE_ID', [coredump]],
    ['COREDUMP_UNIT', units],
  ]),
  ...slices('_SYSTEMD_SLICE', units),
]

/** What `journalctl --user-unit` shows: the same for the units of the user `uid`, of whom everything is believed. */
const userUnits = (units: readonly UnitValue[], uid: string): readonly Term[] =>
  [
    new Map([['_SYSTEMD_USER_UNIT', units]]),
    new Map([['USER_UNIT', units]]),
    new Map([['OBJECT_SYSTEMD_USER_UNIT', units]]),
    new Map([['COREDUMP_USER_UNIT', units]]),
    ...slices('_SYSTEMD_USER_SLICE', units),
  ].map((term) => new Map<string, readonly UnitValue[]>([['_UID', [uid]], ...term]))

/** Everything in a slice speaks for it. */
const slices = (field: string, units: readonly UnitValue[]): readonly Term[] => {
  const values = units.filter((unit) => (typeof unit === 'string' ? unit : unit.pattern).endsWith('.slice'))
  return values.length === 0 ? [] : [new Map([[field, values]])]
}

/** All of `terms` in one. journalctl takes the values of a field for alternatives, so only those common to all stay. */
const conjunction = (terms: readonly Term[]): Term | undefined => {
  const all = new Map<string, readonly UnitValue[]>()
  for (const [field, values] of terms.flatMap((term) => [...term])) {
    const before = all.get(field)
    const common =
      before === undefined ? values : values.flatMap((value) => before.flatMap((one) => meet(value, one)))
    if (common.length === 0) return undefined
    all.set(field, common)
  }
  return all
}

/** What both allow. */
function meet(one: UnitValue, other: UnitValue): readonly UnitValue[] {
  if (typeof one === 'string') return allows(other, one) ? [one] : []
  if (typeof other === 'string') return allows(one, other) ? [other] : []
  return one.pattern === other.pattern ? [one] : []
}

const allows = (value: UnitValue, text: string): boolean =>
  typeof value === 'string' ? value === text : unitMatches(value.pattern, text)

const holds = (term: Term, fields: Fields): boolean => {
  for (const [field, values] of term) {
    if (!hasOneOf(fields.get(field), values)) return false
  }
  return true
}

/** Any value of a repeated field will do, as it does for journalctl. */
const hasOneOf = (value: FieldValue | undefined, wanted: readonly UnitValue[]): boolean => {
  if (value === undefined) return false
  const isWanted = (text: string): boolean => wanted.some((one) => allows(one, text))
  return typeof value === 'string' ? isWanted(value) : value.some(isWanted)
}
