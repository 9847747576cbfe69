/** Units that take the machine, or the watchdog itself, down with them. Pure. */

/** Slices and scopes of the whole system, its root file system, and the targets by which it boots and ends. */
const critical: ReadonlySet<string> = new Set([
  'init.scope',
  '-.slice',
  'system.slice',
  'user.slice',
  '-.mount',
  ...[
    'basic',
    'default',
    'emergency',
    'exit',
    'final',
    'graphical',
    'halt',
    'hibernate',
    'hybrid-sleep',
    'initrd',
  ].map(target),
  ...['kexec', 'local-fs', 'multi-user', 'network', 'poweroff', 'reboot', 'rescue', 'shutdown', 'sleep'].map(
    target,
  ),
  ...['soft-reboot', 'suspend', 'suspend-then-hibernate', 'sysinit', 'umount'].map(target),
])

/** The bus (`dbus-broker`, and the aliases `dbus-org.freedesktop.…`, too), and systemd's own services. */
const prefixes = ['dbus-', 'dbus.', 'systemd-'] as const

/** The same as data, for what cannot call `isCriticalUnit`: whole names, and how such names begin. */
export const criticalUnits = { names: [...critical], prefixes }

/** Whether a rule may act on `unit` only where it is named in `allow_critical`; `own` is the watchdog's own unit. */
export const isCriticalUnit = (unit: string, own?: string): boolean =>
  unit === own || critical.has(unit) || prefixes.some((prefix) => unit.startsWith(prefix))

function target(name: string): string {
  return `${name}.target`
}
