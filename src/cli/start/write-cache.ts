/**
 * Keeps for later starts what V8 compiles of the program during a replay, which has most in common with the other commands: what is
 * kept of more commands takes each of them time and memory. What the replay prints is for nobody.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { letHeapGrow, optimizeAsUsual } from '../../platform/runtime.ts'
import { exitCode } from '../exit-code.ts'
import { cacheFile, mainScript, runMain } from './main-script.ts'

const rules = `version: 1
sources: { log: { file: /var/log/site.log } }
rules:
  churn:
    source: log
    match: worker exited
    threshold: { count: 3, within: 90s }
    then: [{ restart: site.service }]
    cooldown: 10s
  pools:
    source: log
    match: { regex: 'pool (?P<pool>\\w+) failed' }
    group_by: pool
    threshold: { count: 2, within: 60s }
    then: [{ restart: site.service }]
`

const folder = mkdtempSync(join(tmpdir(), 'watchdog-cache-'))
const [rulesFile, log] = [join(folder, 'rules.yaml'), join(folder, 'site.log')]
/** Compressed under a name that does not say so: it is read through a child process, as the journal is. */
const older = `${log}.1`
writeFileSync(rulesFile, rules)
writeFileSync(log, Array.from({ length: 2_000 }, (_, index) => line(index)).join(''))
writeFileSync(older, gzipSync(line(0)))

process.argv = [...process.argv.slice(0, 2), 'replay', '--rules', rulesFile, older, log]
const script = mainScript()
process.on('exit', (status) => {
  rmSync(folder, { recursive: true })
  if (status !== exitCode.wouldAct) return
  // It is of use to a program that has the same flags when it is compiled.
  letHeapGrow()
  optimizeAsUsual()
  writeFileSync(cacheFile, script.createCachedData())
  process.exitCode = exitCode.ok
})
runMain(script)

function line(index: number): string {
  const time = new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString()
  const message = index % 10 > 0 ? 'GET /' : index % 20 > 0 ? 'worker exited' : 'pool a failed'
  return `${time} host site[1]: ${message}\n`
}
