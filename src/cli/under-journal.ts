/** Is standard output the journal's, so that `<N>` priorities are understood? */

import { fstatSync } from 'node:fs'

/** As sd-journal's own check: JOURNAL_STREAM holds device and inode of the stream; see systemd.exec(5). */
export function isUnderJournal(stream: string | undefined, descriptor: number): boolean {
  const [device, inode] = (stream ?? '').split(':')
  if (!device || !inode) return false
  const stat = fstatSync(descriptor, { bigint: true })
  return String(stat.dev) === device && String(stat.ino) === inode
}
