import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { bootLab, type Lab, labUnavailable } from '../lab/lab.ts'
import { until } from '../lab/until.ts'
import { deaths, rulesText } from './rules.ts'
import { type Service, startService } from './service.ts'
import { startWatchdog, type Watchdog } from './watchdog.ts'

const skip = labUnavailable() ?? false

describe('a unit whose workers keep dying', { skip }, () => {
  let lab: Lab
  let site: Service
  let watchdog: Watchdog
  before(async () => {
    lab = await bootLab()
    site = await startService(lab, 'site')
    watchdog = await startWatchdog(lab, rulesText({ unit: site.unit }))
  })
  after(() => lab.close())

  test('is left alone after nine deaths', async () => {
    await site.log(...deaths(9), 'marker nine')
    await judged(watchdog, 'nine')
    assert.deepEqual(watchdog.decisions('churn'), [])
    assert.equal(await site.starts(), 1)
  })

  test('is restarted, once, at the tenth', async () => {
    await site.log(...deaths(1))
    const decision = await watchdog.record({ type: 'decision', rule: 'churn' })
    assert.equal(decision['count'], 10)
    await watchdog.record({ type: 'outcome', rule: 'churn', result: 'done' })
    await site.started(2)
  })

  test('is left alone in the cooldown, and the deaths then count for nothing', async () => {
    await site.log(...deaths(12), 'marker cooling')
    await judged(watchdog, 'cooling')
    assert.deepEqual(watchdog.decisions('churn'), ['act'])
    await watchdog.record({ type: 'cooldown', rule: 'churn', ignored: 12 })
    await site.log(...deaths(9), 'marker afresh')
    await judged(watchdog, 'afresh')
    assert.deepEqual(watchdog.decisions('churn'), ['act'])
    assert.equal(await site.starts(), 2)
  })

  test('is restarted again at the tenth after the cooldown', async () => {
    await site.log(...deaths(1))
    await site.started(3)
    assert.deepEqual(watchdog.decisions('churn'), ['act', 'act'])
  })

  test('whose watchdog is told to end ends with success and says no error', async () => {
    assert.equal(await watchdog.process.kill('SIGTERM'), 0)
    assert.deepEqual(
      watchdog.records().filter(({ level }) => level !== 'info' && level !== 'warn'),
      [],
    )
  })
})

describe('lines that somebody else logs', { skip }, () => {
  test('do not count, whatever they claim', async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    const site = await startService(lab, 'site')
    const watchdog = await startWatchdog(lab, rulesText({ unit: site.unit }))
    await lab.addUser('liar')

    const line = deaths(1).join()
    const claims = [
      { SYSLOG_IDENTIFIER: 'site' },
      { UNIT: 'site.service' },
      { _SYSTEMD_UNIT: 'site.service' },
      { OBJECT_SYSTEMD_UNIT: 'site.service' },
      { COREDUMP_UNIT: 'site.service', MESSAGE_ID: 'fc2e22bc6ee647b6b90729ab34a250b1' },
      { UNIT: 'site.service', _PID: '1', _UID: '0', SYSLOG_IDENTIFIER: 'systemd' },
    ]
    for (const fields of claims) await lab.log(line, { user: 'liar', fields, times: 10 })
    await lab.run('logger', ['--tag', 'site', line], { user: 'liar' })
    await site.log('marker lies')
    await judged(watchdog, 'lies')
    assert.deepEqual(watchdog.decisions('churn'), [])

    await site.log(...deaths(10))
    await site.started(2)
  })
})

describe('a watchdog without privileges', { skip }, () => {
  test('restarts the unit that polkit allows it and no other, and says what to do', async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    await lab.addUser('watchdog', ['systemd-journal'])
    await lab.writePolkitRule('50-watchdog.rules', allowRestart('watchdog', 'site.service'))

    const site = await startService(lab, 'site')
    const mine = await startWatchdog(lab, rulesText({ unit: site.unit }), { user: 'watchdog' })
    await site.log(...deaths(10))
    await site.started(2)
    await mine.stop()

    const other = await startService(lab, 'other')
    const refused = await startWatchdog(lab, rulesText({ unit: other.unit }), { user: 'watchdog' })
    await other.log(...deaths(10))
    const { msg } = await refused.record({ type: 'outcome', rule: 'churn', result: 'refused' })
    assert.match(String(msg), /other\.service.*polkit/)
    assert.equal(await other.starts(), 1)
  })
})

describe("a user's own unit", { skip }, () => {
  test('is restarted by that user with --user', async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    await lab.addUser('owner', ['systemd-journal'])
    const env = await lab.startUserManager('owner')
    const as = { user: 'owner', env }
    const watchdog = await startWatchdog(lab, rulesText({ unit: 'site.service', cooldown: '10min' }), {
      ...as,
      args: ['--user'],
    })
    const dying = `echo start >>/tmp/starts; until [ -e /tmp/die ]; do echo ready; sleep 0.1; done
      for i in $(seq 10); do echo '${deaths(1)}'; done; sleep infinity`
    await lab.run('systemd-run', ['--user', '--unit=site.service', 'sh', '-c', dying], as)
    // journald may take the first lines of a user's unit for those of its manager.
    const logged = ['--user-unit=site.service', '--output=cat']
    await until('a line of the unit', async () =>
      (await lab.run('journalctl', logged, { ...as, reject: false })).stdout.includes('ready'),
    )
    await lab.run('touch', ['/tmp/die'], as)
    await watchdog.record({ type: 'outcome', rule: 'churn', result: 'done' })
    await until('the second start', async () =>
      (await lab.run('wc', ['-l', '/tmp/starts'])).stdout.startsWith('2'),
    )
  })
})

describe('a unit that an administrator stopped', { skip }, () => {
  test('stays stopped, and is watched again once it is started', async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    const site = await startService(lab, 'site')
    const proxy = await startService(lab, 'proxy')
    const watchdog = await startWatchdog(lab, rulesText({ unit: proxy.unit, target: site.unit }))

    await lab.run('systemctl', ['stop', site.unit])
    await proxy.log(...deaths(10), 'marker stopped')
    await judged(watchdog, 'stopped')
    await until('the decision', () => watchdog.decisions('churn').length > 0)
    assert.deepEqual(watchdog.decisions('churn'), ['stopped'])
    assert.equal(await site.state(), 'inactive')

    await lab.run('systemctl', ['start', site.unit])
    await proxy.log(...deaths(10))
    await site.started(3)
    assert.deepEqual(watchdog.decisions('churn'), ['stopped', 'act'])
  })
})

describe('a unit that an administrator restarted', { skip }, () => {
  test('is given its grace, and is watched again after it', async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    const site = await startService(lab, 'site')
    const watchdog = await startWatchdog(lab, rulesText({ unit: site.unit, grace: '4s' }))
    // Where it was started just now it has its grace already.
    const restarted = Date.now()
    const graceUntil = (): number =>
      Math.max(
        0,
        ...watchdog
          .records()
          .flatMap(({ type, until }) => (type === 'grace' ? Date.parse(String(until)) : [])),
      )
    await lab.run('systemctl', ['restart', site.unit])
    await site.started(2)
    await until('the grace', () => graceUntil() >= restarted + 4_000)
    await site.log(...deaths(10), 'marker graced')
    await judged(watchdog, 'graced')
    assert.deepEqual(watchdog.decisions('churn'), [])

    await until('its end', () => Date.now() > graceUntil())
    await site.log(...deaths(10))
    await site.started(3)
    assert.deepEqual(watchdog.decisions('churn'), ['act'])
  })
})

describe('a reader that is disturbed', { skip }, () => {
  let lab: Lab
  before(async () => {
    lab = await bootLab()
  })
  after(() => lab.close())

  /** Counting to exactly the lines that were logged: one lost and it never acts, one twice and it acts too early. */
  const losesNothing = async (name: string, disturb: (watchdog: Watchdog, step: number) => Promise<void>) => {
    const site = await startService(lab, name)
    const watchdog = await startWatchdog(lab, rulesText({ unit: site.unit, count: 31 }))
    // By then it has been told, too, that the unit was started just now, which empties the window.
    await site.log(`marker begun${name}`)
    await judged(watchdog, `begun${name}`)
    for (let step = 0; step < 6; step++) {
      await site.log(...deaths(3))
      await disturb(watchdog, step)
      await site.log(...deaths(2))
    }
    await site.log(`marker ${name}`)
    await judged(watchdog, name)
    assert.deepEqual(watchdog.decisions('churn'), [])
    await site.log(...deaths(1))
    await site.started(2)
    await watchdog.stop()
  }

  test('by a journald that restarts loses no line', () =>
    losesNothing('restarted', async (_, step) => {
      if (step % 3 === 1) await lab.run('systemctl', ['restart', 'systemd-journald.service'])
    }))

  test('by a journalctl that is killed loses no line', () =>
    losesNothing('killed', async (watchdog) => {
      const pid = await watchdog.process.hostPid()
      // One that has just ended by itself is no longer there to be killed: the next one is.
      const killed = await until('a journalctl to kill', async () => {
        const journalctl = await journalctlOf(pid)
        return isKilled(journalctl) ? journalctl : undefined
      })
      await until('its end', async () => (await commandOf(killed)) !== 'journalctl')
    }))
})

/** Waits until the watchdog has judged every line before `marker WORD`. */
const judged = (watchdog: Watchdog, word: string) =>
  until(`the marker ${word}`, () =>
    watchdog
      .records()
      .some(({ rule, key }) => rule === 'marker' && JSON.stringify(key) === JSON.stringify({ word })),
  )

const allowRestart = (user: string, unit: string): string => `
  polkit.addRule(function (action, subject) {
    if (action.id === 'org.freedesktop.systemd1.manage-units' && subject.user === '${user}' &&
        action.lookup('unit') === '${unit}' && action.lookup('verb') === 'restart') return polkit.Result.YES
  })`

/** False where it had ended already. */
function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

const journalctlOf = (watchdog: number): Promise<number> =>
  until('a journalctl', async () => {
    const children = await readFile(`/proc/${watchdog}/task/${watchdog}/children`, 'utf8')
    for (const child of children.split(' ').filter(Boolean).map(Number))
      if ((await commandOf(child)) === 'journalctl') return child
    return undefined
  })

/** The name of a process; empty when it has gone. */
const commandOf = (pid: number): Promise<string> =>
  readFile(`/proc/${pid}/comm`, 'utf8').then(
    (name) => name.trim(),
    () => '',
  )
