/** Understands what journalctl says to those who may not read. Pure. */

import type { UnitsOf } from './selection.ts'

/** What to tell a user to whom the entries of the selected units are hidden; undefined where they are not. */
export function noPermission(complaint: string, of: UnitsOf): string | undefined {
  const advice =
    'add the user to the group systemd-journal (usermod -aG systemd-journal USER, then log in again), or run as root'
  if (/No journal files were opened due to insufficient permissions/.test(complaint)) {
    return `no permission to read the journal; ${advice}`
  }
  // A hint that concerns only other users' entries is none for somebody's own units.
  if (of === 'system' && /not seeing messages from (other users|the system)/.test(complaint)) {
    return `no permission to read the journal of the system; ${advice}`
  }
  return undefined
}
