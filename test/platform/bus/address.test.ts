import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busSocket } from '../../../src/platform/bus/address.ts'

const usable: [address: string, environment: Record<string, string>, path: string][] = [
  ['system', {}, '/run/dbus/system_bus_socket'],
  ['system', { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/a/bus,guid=00ff' }, '/a/bus'],
  ['system', { DBUS_SYSTEM_BUS_ADDRESS: '' }, '/run/dbus/system_bus_socket'],
  ['session', { DBUS_SESSION_BUS_ADDRESS: 'tcp:host=x,port=1;unix:path=/b' }, '/b'],
  ['session', { DBUS_SESSION_BUS_ADDRESS: 'unix:abstract=/tmp/dbus-1,guid=2' }, '\0/tmp/dbus-1'],
  ['session', { XDG_RUNTIME_DIR: '/run/user/7' }, '/run/user/7/bus'],
  ['session', { XDG_RUNTIME_DIR: '/run/user/7', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/b' }, '/b'],
  ['unix:guid=1,path=/with%20space/%c3%bc', {}, '/with space/ü'],
]
for (const [address, environment, path] of usable) {
  test(`${address} with ${JSON.stringify(environment)} is ${JSON.stringify(path)}`, () => {
    assert.deepEqual(busSocket(address, environment), { kind: 'socket', path })
  })
}

const unusable: [address: string, environment: Record<string, string>, words: RegExp][] = [
  ['session', {}, /set XDG_RUNTIME_DIR or DBUS_SESSION_BUS_ADDRESS/],
  ['tcp:host=localhost,port=1', {}, /expected unix:path=/],
  ['nonsense', {}, /"nonsense"/],
  ['', {}, /expected unix:path=/],
  ['unix:', {}, /expected unix:path=/],
  ['unix:path=/a%3bb', {}, /"\/a;b".* is not supported/],
]
for (const [address, environment, words] of unusable) {
  test(`${JSON.stringify(address)} with ${JSON.stringify(environment)} is of no use, and told why`, () => {
    const found = busSocket(address, environment)
    assert.match(found.kind === 'unusable' ? found.message : '', words)
  })
}
