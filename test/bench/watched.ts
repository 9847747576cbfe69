/** The stage of the benchmarks: the built watchdog, unprivileged as in production, beside one service in a lab. */

import type { Lab } from '../lab/lab.ts'
import { bootLab, projectInside } from '../lab/lab.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import { type Service, startService } from '../system/service.ts'

export interface Watched {
  readonly lab: Lab
  readonly site: Service
  readonly watchdog: LabProcess
}

/** 10 in 90 s; a cooldown that is over before the next trial. */
const rules = `version: 1
sources:
  site: { journal: { unit: site.service } }
rules:
  churn:
    source: site
    match: increase workers to minimal
    threshold: { count: 10, within: 90s }
    then:
      - restart: site.service
    cooldown: 100ms
    grace: 0s
`

const polkitRule = `polkit.addRule(function (action, subject) {
  if (action.id === 'org.freedesktop.systemd1.manage-units' && subject.user === 'watchdog' &&
      action.lookup('unit') === 'site.service') return polkit.Result.YES
})`

/** Boots a lab with `site.service` and a watchdog that watches it; closing the lab ends all. */
export const bootWatched = async (): Promise<Watched> => {
  const lab = await bootLab()
  await lab.addUser('watchdog', ['systemd-journal'])
  await lab.writePolkitRule('50-watchdog.rules', polkitRule)
  await lab.writeFile('/run/lab/rules.yaml', rules)
  const site = await startService(lab, 'site')
  const built = `${projectInside}/dist/cli/watchdog.js`
  const args = [built, 'run', '--rules', '/run/lab/rules.yaml', '--log-format', 'json']
  const watchdog = await lab.spawn('node', args, { user: 'watchdog' })
  await watchdog.waitFor(/"type":"watching"/)
  return { lab, site, watchdog }
}
