import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { bootLab, labUnavailable } from '../lab/lab.ts'
import { until } from '../lab/until.ts'
import { startService } from './service.ts'
import { startWatchdog } from './watchdog.ts'

const skip = labUnavailable() ?? false

const numbered = (unit: string, more = ''): string => `version: 1
sources:
  site: { journal: { unit: ${unit} } }
rules:
  line:
    source: site
    match: { regex: 'line (?P<number>\\d+)$' }
    group_by: [number]
    threshold: { count: 1, within: 1s }
    then: [{ command: [/bin/true] }]
    cooldown: 1us
    mode: simulate
${more}`

describe('the real journal', { skip }, () => {
  test('5 000 lines come once each, whatever happens to journald and journalctl', async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    await lab.writeFile('/run/systemd/journald.conf.d/fast.conf', '[Journal]\nRateLimitIntervalSec=0\n')
    await lab.run('systemctl', ['restart', 'systemd-journald.service'])
    const site = await startService(lab, 'site')
    const watchdog = await startWatchdog(lab, numbered(site.unit))
    const watchdogPid = await watchdog.process.hostPid()

    const step = 250
    for (let from = 0; from < 5_000; from += step) {
      await site.log(...Array.from({ length: step }, (_, index) => `line ${from + index}`))
      if (from % 1_000 === 250) await lab.run('systemctl', ['restart', 'systemd-journald.service'])
      if (from % 1_000 === 500) await killReader(watchdogPid)
      if (from === 2_000) await lab.run('journalctl', ['--rotate'])
    }
    const seen = () =>
      watchdog.records().flatMap(({ type, key }) => (type === 'decision' ? [numberIn(key)] : []))
    await until('the last line', () => seen().includes(4_999), 60_000)
    assert.deepEqual(
      seen(),
      Array.from({ length: 5_000 }, (_, index) => index),
    )
    await watchdog.record({ type: 'source', kind: 'reader-restarted' })
  })

  test('a unit that had never logged when the watchdog started is heard', async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    const watchdog = await startWatchdog(lab, numbered('silent.service'))
    const silent = await startService(lab, 'silent')
    await silent.log('line 1')
    await watchdog.record({ type: 'decision', rule: 'line' })
  })
})

const numberIn = (key: unknown): number =>
  Number(typeof key === 'object' && key !== null && 'number' in key ? key.number : Number.NaN)

/** Kills the journalctl of a watchdog, once there is one. */
const killReader = (watchdog: number): Promise<true> =>
  until('a journalctl to kill', async () => {
    const children = await readFile(`/proc/${watchdog}/task/${watchdog}/children`, 'utf8')
    for (const child of children.split(' ').filter(Boolean).map(Number)) {
      const name = await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '')
      if (name.trim() === 'journalctl' && kill(child)) return true
    }
    return undefined
  })

/** False where it had ended already. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}
