/** The live demo: a service breaks, the watchdog restarts it, and a replay of the journal says the same. */

import { until } from '../lab/until.ts'
import { explain, heading, quote, typed } from './narrator.ts'
import { type Running, type Stage, unit } from './stage.ts'

/** Plays it on `stage`, whose closing ends whatever it started. */
export const tell = async (stage: Stage): Promise<void> => {
  const rules = `${stage.project}/test/demo/rules.yaml`
  const scope = stage.scope.map((option) => `${option} `).join('')
  const watchdog = [
    '--import',
    `${stage.project}/node_modules/tsx/dist/loader.mjs`,
    `${stage.project}/src/cli/watchdog.ts`,
  ]
  const running: Running[] = []
  const said: string[] = []
  const waitFor = (what: RegExp) =>
    until(`the watchdog to say ${what}`, () => said.some((line) => what.test(line)))

  heading(`A service runs on ${stage.about}`)
  typed(`systemd-run ${scope}--unit=${unit} site.sh`)
  await stage.run('systemd-run', [...stage.scope, ...transient, 'sh', `${stage.project}/test/demo/site.sh`])
  const follow = [...stage.scope, '-q', '-f', '-n', '5', '-o', 'cat', '-u', unit]
  running.push(await stage.start('journalctl', follow, (line) => quote('journal', line)))

  heading('The watchdog is told to restart it at 10 deaths of workers in 90 s')
  quote('rules', (await stage.run('sed', ['-n', '/^rules/,$p', rules])).trimEnd())
  typed(`watchdog --rules rules.yaml ${scope}`.trimEnd())
  const args = [...watchdog, 'run', ...stage.scope, '--rules', rules, '--log-format', 'text']
  running.push(
    await stage.start('node', args, (line) => {
      said.push(line)
      quote('WATCHDOG', line)
    }),
  )
  await waitFor(/watching/)

  heading('The service breaks: every worker that its manager starts dies')
  await stage.run('systemctl', [...stage.scope, 'kill', '--signal=USR1', '--kill-who=main', unit])
  await waitFor(/restart demo-site\.service: done/)
  explain('The tenth death within 90 s: restarted, once.')

  heading(
    'The restarted service needs two seconds to recover: the watchdog holds back for the cooldown of 5 s',
  )
  await waitFor(/cooldown over/)
  explain('Nothing that happened in the cooldown counts any more. The service is up.')

  heading('What would these rules have done on the recorded journal? The same, and no other code says so')
  for (const one of running.splice(0).reverse()) await one.stop()
  typed(`journalctl ${scope}-u ${unit} -o json | watchdog replay --rules rules.yaml -`)
  const journal = await stage.run('journalctl', [...stage.scope, '-q', '-u', unit, '-o', 'json'])
  quote('replay', await stage.run('node', [...watchdog, 'replay', '--rules', rules, '-'], journal))
}

const transient = [
  `--unit=${unit}`,
  '--collect',
  '--quiet',
  '--property=RuntimeDirectory=demo-site',
  '--property=RuntimeDirectoryPreserve=restart',
]
