import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { figuresText, groupFolder } from '../../src/evidence/cgroup-figures.ts'
import { evidenceText } from '../../src/evidence/evidence-text.ts'
import { evidencePlan } from '../../src/evidence/plan.ts'
import { coloursFor } from '../../src/report/colours.ts'

describe('figures of a control group', () => {
  test('are read below the root only', () => {
    assert.equal(groupFolder('/system.slice/site.service'), '/sys/fs/cgroup/system.slice/site.service')
    for (const path of ['', '/', '/../../etc', '/a/../../../etc', 'system.slice']) {
      assert.equal(groupFolder(path), undefined, path)
    }
  })

  test('stand on a line each', () => {
    const text = figuresText([
      ['memory.events', 'low 0\nhigh 12\n'],
      ['pids.current', '3\n'],
    ])
    assert.deepEqual(text.split('\n'), ['memory.events        low 0, high 12', 'pids.current         3'])
  })
})

describe('what is asked', () => {
  test('is the log, the status and the figures of each unit, and what the rule wants', () => {
    const titles = evidencePlan({ targets: ['a.service'], commands: [['/bin/ss', '-tn']], user: false })
    assert.deepEqual(
      titles.map(({ title }) => title),
      [
        'journalctl --unit a.service --lines 50',
        'systemctl status --full --lines=0 a.service',
        'control group of a.service',
        '/bin/ss -tn',
      ],
    )
  })

  test("is of one's own units with --user, and of no unit for a rule without one", () => {
    const [log, status] = evidencePlan({ targets: ['a.service'], commands: [], user: true })
    assert.equal(log?.title, 'journalctl --user-unit a.service --lines 50')
    assert.equal(status?.title, 'systemctl --user status --full --lines=0 a.service')
    assert.deepEqual(evidencePlan({ targets: [], commands: [], user: false }), [])
  })
})

test('evidence is shown safely: what a log says moves no cursor', () => {
  const text = evidenceText(
    {
      version: 1,
      incident: 'a-1',
      decision: { type: 'decision', time: '2026-11-21T00:00:00.000000Z' },
      gathered: { at: '2026-11-21T00:00:00.000000Z', milliseconds: 12 },
      lines: [{ time: '2026-11-21T00:00:00.000000Z', text: 'died\u001b[2J' }],
      parts: [
        { title: 'ss', end: 'late', why: 'it did not end in time', cut: true, text: 'one\ntwo\u0007\n' },
      ],
    },
    coloursFor(false),
  )
  assert.deepEqual(text.split('\n'), [
    'what was found before acting, in 12 ms',
    '  the lines that led to it',
    '    2026-11-21T00:00:00.000000Z  died\\x1b[2J',
    '  ss (it did not end in time)',
    '    …',
    '    one',
    '    two\\x07',
  ])
})
