import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { bootLab, type Lab, labUnavailable, projectInside } from '../lab/lab.ts'
import { until } from '../lab/until.ts'

const skip = labUnavailable() ?? false

describe('entries with fields', { skip }, () => {
  let lab: Lab
  before(async () => {
    lab = await bootLab()
  })
  after(() => lab.close())

  const writing = (run: string, count: number) => [
    '--import',
    `${projectInside}/node_modules/tsx/dist/loader.mjs`,
    `${projectInside}/test/fixtures/write-journal.ts`,
    run,
    String(count),
  ]
  const numbers = async (field: string): Promise<readonly string[]> => {
    const { stdout } = await lab.run('journalctl', ['--output=json', field])
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .filter(({ LINES }) => Buffer.from(LINES ?? '').toString() === 'one\ntwo')
      .map(({ NUMBER }) => NUMBER)
  }
  const inOrder = (count: number) => Array.from({ length: count }, (_, number) => String(number))

  test('reach the journal in order, as those of the unit', async () => {
    await lab.run('systemd-run', ['--unit=quick', 'node', ...writing('quick', 50)])
    await until('the entries', async () => (await numbers('_SYSTEMD_UNIT=quick.service')).length === 50)
    assert.deepEqual(await numbers('_SYSTEMD_UNIT=quick.service'), inOrder(50))
    await lab.run('systemctl', ['stop', 'quick.service'])
  })

  test('wait for a journald that hangs, and hold nobody up', async () => {
    await lab.run('systemctl', ['kill', '--signal=STOP', 'systemd-journald.service'])
    const writer = await lab.spawn('node', writing('hanging', 900))
    await writer.waitFor(/^writing$/m)
    await lab.run('systemctl', ['kill', '--signal=CONT', 'systemd-journald.service'])
    await until('the entries', async () => (await numbers('RUN=hanging')).length === 900)
    assert.deepEqual(await numbers('RUN=hanging'), inOrder(900))
    assert.equal(await writer.kill(), 0)
    assert.match(writer.output(), /^lost 0$/m)
  })

  test('are written by logger where koffi is not installed', async () => {
    await lab.run('mount', ['-t', 'tmpfs', 'tmpfs', `${projectInside}/node_modules/koffi`])
    await lab.run('systemd-run', ['--unit=slow', 'node', ...writing('slow', 10)])
    const lines = async () => {
      const { stdout } = await lab.run('journalctl', [
        '--output=cat',
        '--output-fields=NUMBER,LINES',
        'RUN=slow',
      ])
      return stdout.split('\n').filter((line) => line !== '')
    }
    const wanted = inOrder(10).flatMap((number) => [number, 'one\\ntwo'])
    await until('the entries', async () => (await lines()).length === wanted.length)
    assert.deepEqual((await lines()).toSorted(), wanted.toSorted())
  })
})
