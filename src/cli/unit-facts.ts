/** Asks systemd for the settings of the units that rules act upon. */

import { execa } from 'execa'
import { parseDuration } from '../config/duration.ts'
import { Mistake } from '../config/mistake.ts'
import type { UnitFacts } from '../config/warnings/unit-warnings.ts'
import type { Rule } from '../engine/rule.ts'
import { knownUnits } from '../engine/target.ts'
import type { Duration } from '../engine/time.ts'

const properties = ['LoadState', 'Type', 'TimeoutStartUSec', 'StartLimitBurst', 'StartLimitIntervalUSec']
const timeoutMs = 3_000
/** Types of services whose start is not waited for: how long it may take says nothing. */
const atOnce = ['simple', 'exec', 'idle']

/** By name; without units that are not there, and empty where there is no systemd. */
export async function unitFacts(rules: readonly Rule[]): Promise<ReadonlyMap<string, UnitFacts>> {
  const units = [...new Set(rules.flatMap(knownUnits))]
  const facts = new Map<string, UnitFacts>()
  if (units.length === 0) return facts
  const { stdout, exitCode } = await execa(
    'systemctl',
    ['show', '--no-pager', `--property=${properties.join(',')}`, '--', ...units],
    { reject: false, timeout: timeoutMs, stdin: 'ignore', stderr: 'ignore', env: { LC_ALL: 'C.UTF-8' } },
  )
  if (exitCode !== 0 || typeof stdout !== 'string') return facts
  stdout.split('\n\n').forEach((block, index) => {
    const values = new Map(block.split('\n').map((line) => splitAt(line, line.indexOf('='))))
    const unit = units[index]
    if (unit === undefined || values.get('LoadState') !== 'loaded') return
    const isAwaited = !atOnce.includes(values.get('Type') ?? '')
    const startTimeout = isAwaited ? spanOf(values.get('TimeoutStartUSec')) : undefined
    const interval = spanOf(values.get('StartLimitIntervalUSec'))
    const burst = Number(values.get('StartLimitBurst'))
    facts.set(unit, {
      ...(startTimeout === undefined ? {} : { startTimeout }),
      ...(interval === undefined || !(burst > 0) ? {} : { startLimit: { burst, interval } }),
    })
  })
  return facts
}

const splitAt = (line: string, at: number): readonly [string, string] => [
  line.slice(0, at),
  line.slice(at + 1),
]

/** systemd shows spans as people write them; `infinity` and 0 are no limit. */
function spanOf(text = ''): Duration | undefined {
  const span = parseDuration(text)
  return span instanceof Mistake || span === 0 ? undefined : span
}
