/** The date of what is built: what is built again from the same commit is the same. */

import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'

const root = new URL('..', import.meta.url)

/** Seconds since 1970: SOURCE_DATE_EPOCH (see reproducible-builds.org), else the commit's, else that of what was unpacked. */
export function sourceEpoch() {
  const given = process.env.SOURCE_DATE_EPOCH
  if (given !== undefined) return Number(given)
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' })
  const committed = status === 0 ? Number(stdout) : 0
  return committed || Math.floor(statSync(new URL('package.json', root)).mtimeMs / 1000)
}

/** 2026-11-21 */
export const sourceDate = () => new Date(sourceEpoch() * 1000).toISOString().slice(0, 10)
