import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firingMessage, recoveredMessage } from '../../src/alerts/compose.ts'
import { mailOf } from '../../src/alerts/mail.ts'
import { alertMessage } from '../../src/alerts/message.ts'
import { seconds } from '../../src/engine/time.ts'
import { closing, later, nthIncident } from './messages.ts'

const line = (number: number) => ({
  time: `2026-05-17T03:12:${String(number).padStart(2, '0')}Z`,
  text: `line ${number}\u001b[2J${'x'.repeat(1_000)}`,
})
const gathered = {
  path: '/var/lib/unit-watchdog/incidents/7.json',
  evidence: {
    version: 1 as const,
    incident: '7',
    decision: { type: 'decision', time: '2026-05-17T03:12:44Z' },
    gathered: { at: '2026-05-17T03:12:44Z', milliseconds: 12 },
    lines: Array.from({ length: 50 }, (_, number) => line(number)),
    parts: [
      {
        title: 'systemctl status site.service',
        end: 'whole' as const,
        cut: false,
        text: `${'a'.repeat(9_000)}\nActive: failed\n`,
      },
    ],
  },
}

test('an alert bears the end of what was found before the action, and no more than it has room for', () => {
  const message = firingMessage('ops', { ...nthIncident(1), gathered }, 'web1')
  assert.equal(message.evidence?.path, gathered.path)
  assert.equal(message.evidence?.lines.length, 20)
  assert.match(message.evidence?.lines.at(-1) ?? '', /^2026-05-17T03:12:49Z line 49/)
  assert.ok(JSON.stringify(message).length < 20_000)
  assert.deepEqual(alertMessage.parse(JSON.parse(JSON.stringify(message))), message)
  assert.equal(recoveredMessage(message, closing(1, later(seconds(9)))).evidence, undefined)
  assert.equal(firingMessage('ops', nthIncident(1), 'web1').evidence, undefined)
})

test('a mail shows it, without what would upset a terminal', () => {
  const message = firingMessage('ops', { ...nthIncident(1), gathered }, 'web1')
  const { text } = mailOf(
    {
      kind: 'email',
      from: 'watchdog@example.org',
      to: ['ops@example.org'],
      sendmail: '/usr/sbin/sendmail',
      timeout: seconds(10),
    },
    message,
  )
  assert.match(String(text), /Evidence: \/var\/lib\/unit-watchdog\/incidents\/7\.json/)
  assert.match(String(text), /systemctl status site\.service:\n {2}a+…?\n {2}Active: failed/)
  assert.ok(!String(text).includes('\u001b'))
})
