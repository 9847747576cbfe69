/** Kinds of the watchdog's own entries in the journal. Pure. */

/**
 * A MESSAGE_ID for each kind, made once and never changed: `journalctl MESSAGE_ID=…` finds all of a kind, and
 * `systemd/unit-watchdog.catalog` explains each to `journalctl -x`.
 */
export const messageIds = {
  /** A rule acted, or held back. */
  decision: '10d5fc0ee8864e65990222cad7df2134',
  /** A rule held back because the budget of its target is spent. */
  'gave-up': 'a43f64846dd041978910bc1450d7ca4a',
  /** What became of one action. */
  outcome: 'aa1e5ed75b924fd2a9264e47454ce890',
  cooldown: 'c8752b7e350e4b2fa568f7c7a28302e1',
  recovered: '27e82a1cdce44651aa70eef19ceb4c00',
  'not-recovered': '19fd2c29438f403eb1fb733559139c30',
  /** A rule has matched nothing for too long. */
  deaf: '7da0f20ca1d54e9d923e1c1822c57af1',
  /** Events of a source may be missing. */
  gap: '9df08e2a585948af94512ee5a42d36f6',
  /** What was gathered before an action is kept in a file. */
  evidence: '226c89a5525a4f04a637c86f6f3888da',
  /** The rule file was read again. */
  reload: '8de2d9c97fe64b8dba83c3200c0dd82b',
  /** An operator paused or resumed something, or had a rule act. */
  order: 'fc4bd4b4b73a4eabbd1b8d8faa538513',
} as const

export type MessageKind = keyof typeof messageIds

/** The kind of that MESSAGE_ID, if it is one of ours. */
export const messageKind = (id: string | undefined): MessageKind | undefined =>
  kinds.find((kind) => messageIds[kind] === id)

const kinds = [
  'decision',
  'gave-up',
  'outcome',
  'cooldown',
  'recovered',
  'not-recovered',
  'deaf',
  'gap',
  'evidence',
  'reload',
  'order',
] as const satisfies readonly MessageKind[]

/** Names of the fields of our own; those of the journal itself stand beside them. */
export const journalFields = {
  /** Name of the rule; repeated where there are several. */
  rule: 'WATCHDOG_RULE',
  /** The unit that it is about; repeated where there are several. */
  target: 'WATCHDOG_TARGET',
  /** `id` of the decision, which everything bears that follows from it. */
  incident: 'WATCHDOG_INCIDENT',
  /** `act`, or why it was held back. */
  decision: 'WATCHDOG_DECISION',
  /** `NAME=VALUE` of the key; repeated. */
  key: 'WATCHDOG_KEY',
  action: 'WATCHDOG_ACTION',
  result: 'WATCHDOG_RESULT',
  source: 'WATCHDOG_SOURCE',
  /** What an order is about: name of a rule or of a unit. */
  subject: 'WATCHDOG_SUBJECT',
  /** Who or what wanted it, as they say of themselves. */
  by: 'WATCHDOG_BY',
  /** The file in which the evidence is kept. */
  evidence: 'WATCHDOG_EVIDENCE',
  /** The time of what is told, which may be before that of the entry: ISO 8601. */
  time: 'WATCHDOG_TIME',
  /** All of it as one JSON object, as `watchdog history --json` shows it. */
  json: 'WATCHDOG_JSON',
} as const
