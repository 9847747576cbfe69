/** Incidents of tests. */

import type { AlertTaker } from '../../src/actions/actuators.ts'
import type { Incident } from '../../src/actions/incident.ts'
import { instant } from '../../src/engine/time.ts'

const at = instant(1_779_000_000_000_000)

export const incident = (key: Readonly<Record<string, string>> = {}): Incident => ({
  id: 'worker-churn-1',
  rule: 'worker-churn',
  key: new Map(Object.entries(key)),
  targets: ['site.service'],
  at,
  count: 10,
  first: { at: instant(at - 81_000_000) },
  last: { at, text: 'increase workers to minimal', source: 'site', position: 's=1' },
  kind: 'act',
  ruleHash: 'h',
  incomplete: false,
  policy: { cooldown: 30_000_000 },
  actions: [],
})

export const noAlerts: AlertTaker = {
  perform: (action) => Promise.resolve({ action, result: 'failed', message: 'there are no alerts here' }),
}
