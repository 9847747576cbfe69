/** Whether the service will find its program: it runs as an unprivileged user, who sees no homes and no /tmp of others. */

import { realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** What ProtectHome= and PrivateTmp= of the unit hide. */
const hidden = ['/home', '/root', '/run/user', '/tmp', '/var/tmp']

/** Why the service cannot use the file at `path`, which is there; `undefined` where it can. */
export function whyInvisible(path: string): string | undefined {
  const real = realpathSync(path)
  for (const one of [path, real]) {
    const below = hidden.find((folder) => one.startsWith(`${folder}/`))
    if (below !== undefined) return `${one} lies below ${below}, which is hidden from services`
  }
  if ((statSync(real).mode & 0o004) === 0) return `${real} can be read by its owner or group alone`
  for (let folder = dirname(real); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return `${folder} can be entered by its owner or group alone`
    if (folder === dirname(folder)) return undefined
  }
}
