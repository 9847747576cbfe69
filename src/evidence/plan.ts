/** What is asked before an action. Pure. */

export type Question =
  /** The output of a program. */
  | { readonly kind: 'command'; readonly title: string; readonly argv: readonly string[] }
  /** The figures of the unit's control group. */
  | { readonly kind: 'figures'; readonly title: string; readonly unit: string }

export interface PlanOptions {
  /** The units that are acted upon. */
  readonly targets: readonly string[]
  /** The rule's own programs, ready to be run. */
  readonly commands: readonly (readonly string[])[]
  /** Units of one's own systemd. */
  readonly user: boolean
}

const logLines = 50

/** Of a rule that acts on more units at once, the first ones: what ails them shows there. */
const mostTargets = 4

export function evidencePlan({ targets, commands, user }: PlanOptions): readonly Question[] {
  return [
    ...targets.slice(0, mostTargets).flatMap((unit) => aboutUnit(unit, user)),
    ...commands.map((argv) => command(argv)),
  ]
}

function aboutUnit(unit: string, user: boolean): readonly Question[] {
  const log = ['journalctl', user ? '--user-unit' : '--unit', unit, '--lines', String(logLines)]
  const status = ['systemctl', ...(user ? ['--user'] : []), 'status', '--full', '--lines=0', unit]
  return [
    command([...log, '--no-pager', '--quiet', '--output=short-iso-precise'], log),
    command([...status, '--no-pager'], status),
    { kind: 'figures', title: `control group of ${unit}`, unit },
  ]
}

const command = (argv: readonly string[], shown = argv): Question => ({
  kind: 'command',
  title: shown.join(' '),
  argv,
})
