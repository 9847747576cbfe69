/** Asks systemd by which names it itself calls units: a rule may name one by an alias. */

import { execa } from 'execa'

const timeoutMs = 3_000

/** The name of a unit that is an alias of another; empty where there is none, and where there is no systemd. */
export async function unitIds(units: readonly string[]): Promise<ReadonlyMap<string, string>> {
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
