/** `watchdog run`: watches and acts until it is told to stop. */

import { once } from 'node:events'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Command, Option } from 'commander'
import pino from 'pino'
import { actuatorOf } from '../actions/actuators.ts'
import { knownUnits } from '../engine/target.ts'
import { connectBus } from '../platform/bus/bus.ts'
import { realClock } from '../platform/clock.ts'
import { Systemd } from '../platform/systemd/systemd.ts'
import { createLog, type LogFormat, type LogLevel, logFormats, logLevels } from '../report/log.ts'
import { fanOut } from '../run/fan-out.ts'
import { LiveRun } from '../run/live.ts'
import type { MetricsFacts } from '../service/metrics.ts'
import { RecentIncidents } from '../service/recent-incidents.ts'
import { SourceError } from '../sources/source.ts'
import { alertState, closeAlerts, openAlerts } from './alerts.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { metricsOf, parseListen } from './http-option.ts'
import { openState } from './kept-state.ts'
import { livePlan } from './live-plan.ts'
import { shownKeys, startService } from './live-service.ts'
import { loadRules } from './load-rules.ts'
import { tellMissingUnits } from './missing-units.ts'
import { openEvidence } from './open-evidence.ts'
import { openReporter } from './open-reporter.ts'
import { serviceManager } from './service-manager.ts'
import { isUnderJournal } from './under-journal.ts'

/** As long as reading waits for the states of units where the bus is slow. */
const unitsPatienceMs = 5_000

interface RunOptions {
  readonly rules: string
  readonly dryRun?: true
  readonly stateDir?: string
  readonly user?: true
  readonly logFormat?: LogFormat
  readonly logLevel: LogLevel
  readonly control?: string
  readonly controlGroup?: string
  readonly http?: string
}

export const runCommand = (): Command =>
  new Command('run')
    .description('watch the sources of a rule file and act (the default command)')
    .requiredOption('--rules <file>', 'rule file')
    .option('--dry-run', 'follow the rules and only say what would be done')
    .option(
      '--state-dir <directory>',
      'keep windows, cooldowns and positions here (default: $STATE_DIRECTORY)',
    )
    .option('--user', 'act on units of your own systemd, over the session bus, and read your own journal')
    .option(
      '--control <path>',
      'socket for watchdog status, pause, resume, act and reload (default: control in $RUNTIME_DIRECTORY)',
    )
    .option(
      '--http <[address:]port>',
      'serve /metrics, /healthz and /readyz there (default: not; 127.0.0.1 where no address is given)',
    )
    .option('--control-group <group>', 'members of this group may use the socket, too')
    .addOption(
      new Option(
        '--log-format <format>',
        'json; text; journal: lines with <N> priorities (default: as fits standard output)',
      ).choices(logFormats),
    )
    .addOption(new Option('--log-level <level>', 'least level to log').choices(logLevels).default('info'))
    .allowExcessArguments(false)
    .action(run)

async function run(options: RunOptions): Promise<void> {
  const ruleset = loadRules(options.rules)
  const logFormat = options.logFormat ?? fittingFormat()
  const log = openLog(logFormat, options.logLevel)
  const stop = stopOnSignals()
  const state = await openState(options.stateDir ?? firstPath(process.env['STATE_DIRECTORY']), log)
  const told = await openReporter({ log, isJournal: logFormat === 'journal' && isOurLogTheJournal() })
  const alerts = openAlerts(ruleset.alerts, { state, log })
  const bus = connectBus({ address: options.user ? 'session' : 'system' })
  const busIsLost = once(bus, 'lost')
  bus.on('lost', (reason) => log.warn({ type: 'bus', state: 'lost' }, busLost(reason, options.user === true)))
  bus.on('connected', () => log.debug({ type: 'bus', state: 'connected' }, 'connected to the message bus'))
  const systemd = new Systemd(bus)
  const setting = { systemd, user: options.user === true, dryRun: options.dryRun === true }
  const plan = livePlan(ruleset, setting)
  bus.once('connected', () => void tellMissingUnits(systemd, plan.rules.flatMap(knownUnits), log))
  const incidents = new RecentIncidents()
  const metrics =
    options.http === undefined
      ? undefined
      : await metricsOf((): MetricsFacts => ({ inspection: live.inspect(shownKeys), sources: live.sources }))
  const manager = serviceManager({ log, sources: () => live.readers, signal: stop })
  const live: LiveRun = new LiveRun({
    plan,
    unitsPatience: Promise.race([busIsLost, waited(unitsPatienceMs, stop)]),
    ...(state.live === undefined ? {} : { state: { ...state.live, besides: () => alertState(alerts) } }),
    actuator: actuatorOf({ systemd, user: userInfo().username }, alerts),
    ...openEvidence({ state, log, systemd, user: options.user === true }),
    clock: realClock,
    reporter: fanOut([
      told.reporter,
      incidents,
      metrics ?? {},
      manager.reporter,
      { closed: (closing) => alerts.closed(closing) },
    ]),
    signal: stop,
  })
  const control = options.control ?? inDirectory(firstPath(process.env['RUNTIME_DIRECTORY']), 'control')
  try {
    const closeService = await startService({
      live,
      alerts,
      incidents,
      metrics,
      manager: manager.reporter,
      log,
      reporter: told.reporter,
      rulesFile: options.rules,
      ruleset,
      planOf: (fresh) => livePlan(fresh, setting),
      control: control === undefined ? undefined : { path: control, group: options.controlGroup },
      http: options.http === undefined ? undefined : parseListen(options.http),
    })
    await live.run().finally(closeService)
  } catch (error) {
    throw error instanceof SourceError ? new CommandError(error.message, exitCode.failed) : error
  } finally {
    await manager.close()
    bus.close()
    await closeAlerts(alerts, { state, log })
    await told.close()
    await state.release()
  }
}

/** systemd lists several directories with colons between them. */
const firstPath = (list: string | undefined): string | undefined => list?.split(':')[0]

const inDirectory = (directory: string | undefined, name: string): string | undefined =>
  directory === undefined ? undefined : join(directory, name)

/** Resolves after that time, or when `signal` aborts; keeps no process alive. */
const waited = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  setTimeout(milliseconds, undefined, { ref: false, signal }).catch(() => undefined)

const isOurLogTheJournal = (): boolean => isUnderJournal(process.env['JOURNAL_STREAM'], 1)

const fittingFormat = (): LogFormat =>
  process.stdout.isTTY ? 'text' : isOurLogTheJournal() ? 'journal' : 'json'

function openLog(format: LogFormat, level: LogLevel): pino.Logger {
  const stream = pino.destination({ dest: 1, sync: true })
  // Whoever read the log has gone: the watchdog goes on, and has nobody to tell.
  stream.on('error', () => undefined)
  return createLog({
    format,
    level,
    colour: process.stdout.isTTY && process.stdout.hasColors(),
    stream,
  })
}

/** Aborts at the first SIGTERM or SIGINT. A second one ends the process at once. */
function stopOnSignals(): AbortSignal {
  const stop = new AbortController()
  // Not `once`: without a listener of ours left, what looks after the children would end the process by the signal.
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(exitCode.failed)
      stop.abort()
    })
  }
  return stop.signal
}

const busLost = (reason: string, user: boolean): string =>
  user
    ? `no connection to your session bus (${reason}): nothing can be restarted; is a user systemd running (systemctl --user)?`
    : `no connection to the system bus (${reason}): nothing can be restarted; is dbus running (systemctl status dbus)?`
