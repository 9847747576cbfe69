/** What a running watchdog offers to operators: reload of its rules, and the control socket. */

import { execa } from 'execa'
import type { Logger } from 'pino'
import type { AlertDesk } from '../alerts/desk.ts'
import type { Ruleset } from '../config/ruleset.ts'
import { realClock } from '../platform/clock.ts'
import type { LogReporter } from '../report/log-reporter.ts'
import type { LiveRun } from '../run/live.ts'
import type { Plan } from '../run/plan.ts'
import { serveControl } from '../service/control-server.ts'
import { liveStatus } from '../service/live-status.ts'
import type { ManagerReporter } from '../service/manager-reporter.ts'
import type { Metrics } from '../service/metrics.ts'
import { Operator } from '../service/operator.ts'
import type { RecentIncidents } from '../service/recent-incidents.ts'
import { RulesReload } from '../service/rules-reload.ts'
import { watchFile } from '../service/watched-file.ts'
import { CommandError, exitCode } from './exit-code.ts'
import type { ListenAddress } from './http-option.ts'
import { tryLoadRules } from './load-rules.ts'
import { version } from './version.ts'

export interface LiveServiceOptions {
  readonly live: LiveRun
  readonly alerts: AlertDesk
  readonly incidents: RecentIncidents
  readonly log: Logger
  /** Told of reloads and of orders. */
  readonly reporter: LogReporter
  readonly rulesFile: string
  readonly ruleset: Ruleset
  readonly planOf: (ruleset: Ruleset) => Plan
  readonly metrics: Metrics | undefined
  readonly manager: ManagerReporter
  readonly http: ListenAddress | undefined
  readonly control: { readonly path: string; readonly group: string | undefined } | undefined
}

/** Keys of each rule that a status shows. */
export const shownKeys = 20

/** Returns how to end it. */
export async function startService(options: LiveServiceOptions): Promise<() => Promise<void>> {
  const { live, alerts, log, reporter, rulesFile, planOf, control, http, metrics, manager } = options
  const started = realClock.now()
  const rules = new RulesReload({
    rules: options.ruleset,
    load: () => {
      manager.reloading()
      return tryLoadRules(rulesFile)
    },
    change: (ruleset) => {
      alerts.use(ruleset.alerts)
      live.change(planOf(ruleset))
    },
    now: () => realClock.now(),
    told: (result) => {
      reporter.reloaded(result)
      metrics?.reloaded(result)
      manager.reloaded(result)
    },
  })
  // What may fail comes first: nothing is left behind then.
  const close = control === undefined ? undefined : await openControl(control)
  const served = http === undefined || metrics === undefined ? undefined : await openHttp(http, metrics)
  const onHangUp = (): void => void rules.reload('SIGHUP')
  process.on('SIGHUP', onHangUp)
  const unwatch = watchFile(rulesFile, () => rules.reload('the file has changed'))
  return async () => {
    process.off('SIGHUP', onHangUp)
    await Promise.all([unwatch(), close?.(), served?.close()])
  }

  async function openHttp(address: ListenAddress, metrics: Metrics) {
    const { serveHttp } = await import('../service/http-server.ts')
    const isReady = () => live.sources.every(({ placed }) => placed) && live.sources.length > 0
    try {
      const server = await serveHttp({ ...address, metrics, isReady })
      log.info({ type: 'http', url: server.url }, `serving ${server.url}/metrics`)
      return server
    } catch (error) {
      await close?.()
      const reason = error instanceof Error ? error.message : String(error)
      throw new CommandError(`--http ${address.host}:${address.port}: ${reason}`, exitCode.failed)
    }
  }

  async function openControl({ path, group }: { path: string; group: string | undefined }) {
    const operator = new Operator({
      live,
      reload: (by) => rules.reload(by),
      now: () => realClock.now(),
      told: (request, { ok, message }) => {
        const { do: order, by } = request
        if (order !== 'reload')
          reporter.ordered({ at: realClock.now(), order, subject: request.subject, by, done: ok, message })
      },
    })
    const status = () =>
      liveStatus({
        version,
        rulesFile,
        started,
        now: realClock.now(),
        inspection: live.inspect(shownKeys),
        sources: live.sources,
        incidents: options.incidents.all,
        reload: rules.last,
      })
    const gid = group === undefined ? undefined : await groupId(group)
    return serveControl({ path, gid, status, order: (request) => operator.order(request) }).catch(
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        throw new CommandError(`the control socket ${path} cannot be opened: ${reason}`, exitCode.failed)
      },
    )
  }
}

async function groupId(group: string): Promise<number> {
  const { stdout } = await execa('getent', ['group', '--', group], { reject: false })
  const gid = Number(stdout?.split(':')[2] ?? Number.NaN)
  if (Number.isInteger(gid)) return gid
  throw new CommandError(`--control-group: there is no group ${group}`, exitCode.usage)
}
