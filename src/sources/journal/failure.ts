/** Why journalctl cannot be read, in words that say what to do. Pure. */

import type { ChildEnd } from '../../platform/child-process.ts'
import type { UnitsOf } from './selection.ts'

export interface Failure {
  readonly message: string
  /** Trying again is of no use before somebody has changed something, and started us again. */
  readonly forGood: boolean
}

/** What keeps a journalctl that ended so from reading; `undefined` if nothing does. */
export const failureOf = (end: ChildEnd, program: string, of: UnitsOf): Failure | undefined => {
  if (isHidden(end.complaint, of)) return { message: noPermission, forGood: true }
  switch (end.kind) {
    case 'not-started':
      return {
        message:
          end.code === 'ENOENT'
            ? `${program} was not found: rules on the journal need systemd, rules on files do not`
            : `${program} cannot be started (${end.code})`,
        forGood: true,
      }
    case 'killed':
      return { message: `${program} ended (${endWords(end)})`, forGood: false }
    case 'exited':
      return end.status === 0
        ? undefined
        : { message: `${program} cannot read the journal (${endWords(end)})`, forGood: false }
  }
}

/** How it ended: `killed by SIGKILL`, or `exit status 1: Bad message` with its own last words. */
export const endWords = (end: ChildEnd): string => {
  const last = lastLine(end.complaint)
  return last === '' ? how(end) : `${how(end)}: ${last}`
}

const noPermission =
  'this user may not read the journal: make it a member of the group systemd-journal ' +
  '(usermod -aG systemd-journal USER) and start the watchdog again, or run it with --user for your own units'

/** Who has units of their own only is not hurt by seeing nothing of others. */
const isHidden = (complaint: string, of: UnitsOf): boolean =>
  complaint.includes('due to insufficient permissions') ||
  (of === 'system' && complaint.includes('not seeing messages from'))

const how = (end: ChildEnd): string => {
  switch (end.kind) {
    case 'exited':
      return `exit status ${end.status}`
    case 'killed':
      return `killed by ${end.signal}`
    case 'not-started':
      return end.code
  }
}

const lastLine = (complaint: string): string =>
  complaint
    .trimEnd()
    .slice(complaint.trimEnd().lastIndexOf('\n') + 1)
    .slice(0, 300)
