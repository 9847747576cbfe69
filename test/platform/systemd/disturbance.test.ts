import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../../src/engine/time.ts'
import { disturbedAt, type Look, lastLook } from '../../../src/platform/systemd/disturbance.ts'
import { unitState } from '../../../src/platform/systemd/unit-state.ts'

const look = (invocation: number, restarts: number, sub = 'running', job?: string): Look => ({
  state: {
    ...unitState(new Map()),
    active: sub === 'running' ? 'active' : 'activating',
    sub,
    job,
    invocation: `${invocation}`,
    inactiveExit: instant(invocation),
  },
  stopped: false,
  restarts,
})

/** The disturbances that such looks show, one after the other. */
function disturbances(...looks: readonly Look[]): readonly (number | undefined)[] {
  let before: Look | undefined
  return looks.map((now) => {
    const disturbed = disturbedAt(before, now)
    before = lastLook(before, now)
    return disturbed
  })
}

test('a start by systemd itself is none, though it is counted before it is made', () => {
  assert.deepEqual(disturbances(look(1, 0), look(1, 1, 'auto-restart'), look(2, 1), look(3, 2)), [
    1,
    undefined,
    undefined,
    undefined,
  ])
})

test('a start by systemd itself is none, though the first look came when it was counted and not made', () => {
  assert.deepEqual(disturbances(look(1, 3, 'auto-restart', '/job/7'), look(2, 3)), [undefined, undefined])
  assert.deepEqual(disturbances(look(1, 3, 'auto-restart'), look(2, 3)), [undefined, 2])
})

test('a start by somebody is one, whatever systemd did before', () => {
  const looks = [look(1, 0), look(2, 1), look(2, 1, 'auto-restart'), look(3, 1), look(4, 0)]
  assert.deepEqual(disturbances(...looks), [1, undefined, undefined, 3, 4])
})
