/** Whether a lab can boot here, asked without booting one. */

import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const commands = [
  'unshare',
  'nsenter',
  'setpriv',
  'logger',
  'systemctl',
  'journalctl',
  'busctl',
  'dbus-daemon',
]
const polkitDaemons = ['/usr/lib/polkit-1/polkitd', '/usr/libexec/polkitd']

/** Why no lab can boot here, in one line that says what is missing; `undefined` when one can. */
export const reasonAgainst = (): string | undefined => {
  if (process.platform !== 'linux') return 'a lab needs Linux'
  if (process.getuid?.() !== 0) return 'a lab needs root'
  const missing = commands.filter((command) => !onPath(command))
  if (missing.length > 0) return `a lab needs ${missing.join(', ')}: install systemd, dbus and util-linux`
  if (!executable('/lib/systemd/systemd')) return 'a lab needs /lib/systemd/systemd: install systemd'
  if (!polkitDaemons.some(executable)) return 'a lab needs polkit: install polkitd'
  return reasonAgainstNamespaces()
}

const reasonAgainstNamespaces = (): string | undefined => {
  const mounts = 'mount -t tmpfs tmpfs /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup'
  const { status, stderr } = spawnSync('unshare', ['--mount', '--pid', '--net', '--fork', 'sh', '-c', mounts])
  return status === 0
    ? undefined
    : `a lab needs namespaces and control groups: ${stderr.toString().split('\n')[0]}`
}

const onPath = (command: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => executable(join(folder, command)))

const executable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
