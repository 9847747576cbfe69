import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unitPath } from '../../../src/platform/systemd/unit-path.ts'

const paths: [unit: string, path: string][] = [
  ['site.service', 'site_2eservice'],
  ['ssh.service', 'ssh_2eservice'],
  ['getty@tty1.service', 'getty_40tty1_2eservice'],
  ['3proxy.service', '_33proxy_2eservice'],
  ['dev-disk-by\\x2duuid-7.device', 'dev_2ddisk_2dby_5cx2duuid_2d7_2edevice'],
  ['-.mount', '_2d_2emount'],
  ['größe_1.service', 'gr_c3_b6_c3_9fe_5f1_2eservice'],
]
for (const [unit, path] of paths) {
  test(`the object of ${unit} is ${path}`, () => {
    assert.equal(unitPath(unit), `/org/freedesktop/systemd1/unit/${path}`)
  })
}
