import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { bootLab, type Lab, labUnavailable } from '../lab/lab.ts'
import { rulesText } from './rules.ts'
import { startService } from './service.ts'
import { runWatchdog, startWatchdog } from './watchdog.ts'

const skip = labUnavailable() ?? false

describe('what an administrator may get wrong is told in one clear line', { skip }, () => {
  let lab: Lab
  before(async () => {
    lab = await bootLab()
    await startService(lab, 'site')
    await lab.writeFile('/run/lab/good.yaml', rulesText({ unit: 'site.service' }))
  })
  after(() => lab.close())

  const fails = async (args: readonly string[], exitCode: number, says: RegExp, user?: string) => {
    const ran = await runWatchdog(lab, args, user === undefined ? {} : { user })
    assert.match(ran.stderr, says)
    assert.equal(ran.exitCode, exitCode)
    return ran.stderr
  }
  const inOneLine = (text: string) => assert.equal(text.trim().split('\n').length, 1, text)

  test('a rule file that is not there', async () => {
    inOneLine(await fails(['--rules', '/run/lab/none.yaml'], 2, /none\.yaml.*no such.*--rules/))
  })

  test('an empty rule file', async () => {
    await lab.writeFile('/run/lab/empty.yaml', '')
    await fails(['--rules', '/run/lab/empty.yaml'], 2, /empty\.yaml.*empty/)
  })

  test('a wrong rule file', async () => {
    await lab.writeFile(
      '/run/lab/wrong.yaml',
      rulesText({ unit: 'site.service' }).replace('threshold', 'treshold'),
    )
    const text = await fails(['--rules', '/run/lab/wrong.yaml'], 2, /wrong\.yaml:\d+:\d+/)
    assert.match(text, /did you mean.*threshold/)
  })

  test('a log for replay that is not there, and one that is empty', async () => {
    const replay = ['replay', '--rules', '/run/lab/good.yaml']
    inOneLine(await fails([...replay, '/run/lab/none.json'], 1, /none\.json/))
    await lab.writeFile('/run/lab/empty.json', '')
    inOneLine(await fails([...replay, '/run/lab/empty.json'], 1, /empty\.json/))
  })

  test('a user who may not read the journal', async () => {
    await lab.addUser('stranger')
    inOneLine(await fails(['--rules', '/run/lab/good.yaml'], 1, /systemd-journal/, 'stranger'))
  })

  test('a unit that does not exist', async () => {
    const watchdog = await startWatchdog(lab, rulesText({ unit: 'site.service', target: 'sight.service' }))
    const { msg } = await watchdog.record({ level: 'warn', unit: 'sight.service' })
    assert.match(String(msg), /sight\.service/)
    await watchdog.stop()
  })

  test('no bus', async () => {
    await lab.run('systemctl', ['stop', 'dbus.socket', 'dbus.service'])
    const watchdog = await startWatchdog(lab, rulesText({ unit: 'site.service' }))
    const { msg } = await watchdog.record({ level: 'warn', type: 'bus' })
    assert.match(String(msg), /no connection to the system bus.*systemctl status dbus/)
    await watchdog.stop()
  })
})
