/** What rules may do, in the names of this machine: a rule may name a unit by an alias, which polkit is never asked about. */

import { execa } from 'execa'
import type { Rule } from '../engine/rule.ts'
import { knownUnits } from '../engine/target.ts'
import { type Grant, grantsOf } from '../install/grant.ts'

const timeoutMs = 3_000

export async function knownGrants(rules: readonly Rule[]): Promise<readonly Grant[]> {
  const ids = await unitIds([...new Set(rules.flatMap(knownUnits))])
  return grantsOf(rules, (unit) => ids.get(unit) ?? unit)
}

/** Names that systemd itself calls units by, where they are others; none where there is no systemd. */
async function unitIds(units: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  if (units.length === 0) return ids
  const { stdout, exitCode } = await execa(
    'systemctl',
    ['show', '--no-pager', '--property=Id', '--value', '--', ...units],
    { reject: false, timeout: timeoutMs, stdin: 'ignore', stderr: 'ignore', env: { LC_ALL: 'C.UTF-8' } },
  )
  if (exitCode !== 0 || typeof stdout !== 'string') return ids
  stdout.split('\n\n').forEach((id, index) => {
    const unit = units[index]
    if (unit !== undefined && id !== '' && id !== unit) ids.set(unit, id)
  })
  return ids
}
