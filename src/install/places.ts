/** Where the parts of the service have their places; see hier(7), systemd.unit(5), sysusers.d(5) and polkit(8). Pure. */

import { join } from 'node:path'
import { watchdogUnit, watchdogUser } from './polkit-rule.ts'

/** For the whole machine by its administrator or by a package, or for a user's own systemd. */
export type Scope =
  | { readonly kind: 'machine' }
  /** Files come below `root`, which is not the running system. */
  | { readonly kind: 'package'; readonly root: string }
  | { readonly kind: 'user'; readonly config: string; readonly state: string }

export interface Places {
  readonly unit: string
  readonly rules: string
  /** Directories; which it is depends on the version of systemd. */
  readonly states: readonly string[]
  /** Absent where the watchdog runs as the user whose units it watches. */
  readonly privileges?: { readonly user: string; readonly polkit: string }
}

export function placesOf(scope: Scope): Places {
  switch (scope.kind) {
    case 'machine':
      return machine('/', '/etc')
    case 'package':
      return machine(scope.root, '/usr/lib')
    case 'user':
      return {
        unit: join(scope.config, 'systemd/user', watchdogUnit),
        rules: join(scope.config, 'unit-watchdog/rules.yaml'),
        states: [scope.state, scope.config].map((folder) => join(folder, 'unit-watchdog/state')),
      }
  }
}

/** `units` is where whoever installs has units and users: the rules, and what they may do, are the administrator's. */
const machine = (root: string, units: string): Places => ({
  unit: join(root, units, 'systemd/system', watchdogUnit),
  rules: join(root, '/etc/unit-watchdog/rules.yaml'),
  states: [join(root, '/var/lib/unit-watchdog')],
  privileges: {
    user: join(root, units, `sysusers.d/${watchdogUser}.conf`),
    polkit: join(root, '/etc/polkit-1/rules.d/60-unit-watchdog.rules'),
  },
})

/** Where a package has put the unit, which needs not be put there again. */
export const packagedUnit = `/usr/lib/systemd/system/${watchdogUnit}`
