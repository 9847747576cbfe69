import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bootLab, labUnavailable } from '../lab/lab.ts'
import { rulesText } from './rules.ts'
import { runWatchdog } from './watchdog.ts'

test('check asks systemd for the settings of the units', { skip: labUnavailable() ?? false }, async (t) => {
  const lab = await bootLab()
  t.after(() => lab.close())
  const settings = '[Service]\nType=notify\nTimeoutStartSec=77\nExecStart=/bin/sleep infinity\n'
  await lab.writeUnit('slow.service', settings)
  await lab.writeUnit('plain.service', settings.replace('notify', 'simple'))
  const check = async (unit: string) => {
    await lab.writeFile('/run/lab/rules.yaml', rulesText({ unit, cooldown: '30s' }))
    return runWatchdog(lab, ['check', '--strict', '/run/lab/rules.yaml'])
  }
  const slow = await check('slow.service')
  assert.match(
    slow.stderr,
    /warning: the cooldown of 30s is shorter than the 77s that slow\.service may take/,
  )
  assert.equal(slow.exitCode, 2)
  assert.equal((await check('plain.service')).exitCode, 0)
  assert.equal((await check('missing.service')).exitCode, 0)
})
