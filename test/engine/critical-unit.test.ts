import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCriticalUnit } from '../../src/engine/critical-unit.ts'

const units: [critical: boolean, units: string[]][] = [
  [true, ['dbus.service', 'dbus.socket', 'dbus-broker.service', 'dbus-org.freedesktop.login1.service']],
  [true, ['systemd-journald.service', 'systemd-logind.service', 'init.scope', '-.slice', '-.mount']],
  [true, ['poweroff.target', 'rescue.target', 'sysinit.target', 'unit-watchdog.service']],
  [false, ['site.service', 'dbusty.service', 'my-systemd-helper.service', 'site.target', 'site.slice']],
]
for (const [critical, names] of units) {
  test(`${critical ? 'critical' : 'not critical'}: ${names.join(', ')}`, () => {
    for (const name of names) assert.equal(isCriticalUnit(name, 'unit-watchdog.service'), critical, name)
  })
}
