/** What there is to do to have the watchdog run as a service, and to undo that. Pure. */

import { type Places, packagedUnit, type Scope } from './places.ts'
import { watchdogUnit, watchdogUser } from './polkit-rule.ts'
import type { Step } from './step.ts'

export interface InstallOptions {
  readonly scope: Scope
  readonly places: Places
  /** Texts of the unit and, for the machine, of the file that makes its user. */
  readonly unit: string
  readonly user: string
  /** The unit and the user have come with a package. */
  readonly isPackaged: boolean
  /** The rule file that is in force afterwards, and the polkit rule for it; absent where a package brings none. */
  readonly rules?: { readonly text: string; readonly polkit: string; readonly summary: string }
}

export function installSteps({
  scope,
  places,
  unit,
  user,
  isPackaged,
  rules,
}: InstallOptions): readonly Step[] {
  const { privileges } = places
  const steps: Step[] = []
  if (isPackaged) steps.push({ kind: 'say', text: `${packagedUnit}, of a package, is the unit` })
  else {
    steps.push({ kind: 'put', path: places.unit, text: unit, what: 'the unit' })
    if (privileges !== undefined) {
      const what = `its user ${watchdogUser}, who may read the journal`
      steps.push({ kind: 'put', path: privileges.user, text: user, what })
    }
  }
  if (rules !== undefined) {
    steps.push({ kind: 'give', path: places.rules, text: rules.text, what: 'the rule file' })
    if (privileges !== undefined)
      steps.push({ kind: 'put', path: privileges.polkit, text: rules.polkit, what: rules.summary })
  }
  switch (scope.kind) {
    case 'package':
      return steps
    case 'machine':
      return [
        ...steps,
        ...(privileges === undefined || isPackaged ? [] : [run('systemd-sysusers', privileges.user)]),
        run('systemctl', 'daemon-reload'),
        { kind: 'say', text: nextWords('systemctl') },
      ]
    case 'user':
      return [
        ...steps,
        run('systemctl', '--user', 'daemon-reload'),
        { kind: 'say', text: nextWords('systemctl --user') },
      ]
  }
}

export interface UninstallOptions {
  readonly scope: Scope
  readonly places: Places
  /** The unit is there. */
  readonly isInstalled: boolean
  /** The user is there. */
  readonly hasUser: boolean
  /** Take what has become the administrator's, too: rules, state and user. */
  readonly purge: boolean
}

export function uninstallSteps({
  scope,
  places,
  isInstalled,
  hasUser,
  purge,
}: UninstallOptions): readonly Step[] {
  const { unit, privileges, rules, states } = places
  const systemctl = scope.kind === 'user' ? ['systemctl', '--user'] : ['systemctl']
  const isRunning = scope.kind !== 'package'
  return [
    ...(isRunning && isInstalled ? [run(...systemctl, 'disable', '--now', watchdogUnit)] : []),
    { kind: 'remove', path: unit, what: 'the unit' },
    ...(privileges === undefined
      ? []
      : [
          { kind: 'remove', path: privileges.polkit, what: 'what its user may do' } as const,
          { kind: 'remove', path: privileges.user, what: 'its user' } as const,
        ]),
    ...(isRunning ? [run(...systemctl, 'daemon-reload')] : []),
    ...(purge ? purgeSteps() : [{ kind: 'say', text: keptWords() } as const]),
  ]

  function purgeSteps(): readonly Step[] {
    return [
      { kind: 'remove', path: rules, what: 'the rule file' },
      ...states.map((path) => ({ kind: 'remove', path, what: 'the state' }) as const),
      ...(scope.kind === 'machine' && hasUser ? [run('userdel', watchdogUser)] : []),
    ]
  }

  function keptWords(): string {
    const user = scope.kind === 'machine' ? `, and the user ${watchdogUser}` : ''
    return `the rule file ${rules} and the state in ${states.join(' or ')}${user} are left; --purge takes them, too`
  }
}

const run = (...argv: readonly string[]): Step => ({ kind: 'run', argv })

const nextWords = (systemctl: string): string =>
  `now: ${systemctl} enable --now ${watchdogUnit}, or, where it runs already: ${systemctl} restart ${watchdogUnit}`
