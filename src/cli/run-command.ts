/** `watchdog run`: watches and acts until it is told to stop. */

import { once } from 'node:events'
import { userInfo } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { Command, Option } from 'commander'
import pino from 'pino'
import { actuatorOf } from '../actions/actuators.ts'
import type { Ruleset } from '../config/ruleset.ts'
import { createEngine } from '../engine/engine.ts'
import { knownUnits } from '../engine/target.ts'
import { connectBus } from '../platform/bus/bus.ts'
import { realClock } from '../platform/clock.ts'
import { keepHeapSmall } from '../platform/heap.ts'
import { Systemd } from '../platform/systemd/systemd.ts'
import { watchUnits } from '../platform/systemd/unit-watch.ts'
import { counted } from '../report/counted.ts'
import { createLog, type LogFormat, type LogLevel, logFormats, logLevels } from '../report/log.ts'
import { LogReporter } from '../report/log-reporter.ts'
import { runLive } from '../run/live.ts'
import { SourceError } from '../sources/source.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { openState } from './kept-state.ts'
import { liveSources } from './live-sources.ts'
import { loadRules } from './load-rules.ts'
import { tellMissingUnits } from './missing-units.ts'
import { isUnderJournal } from './under-journal.ts'

/** Every so many events the time of the rules is taken: taking it costs about as much as a match. */
const timedEvents = 8

/** As long as reading waits for the states of units where the bus is slow. */
const unitsPatienceMs = 5_000

interface RunOptions {
  readonly rules: string
  readonly dryRun?: true
  readonly stateDir?: string
  readonly user?: true
  readonly logFormat?: LogFormat
  readonly logLevel: LogLevel
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
  keepHeapSmall()
  const loaded = loadRules(options.rules)
  const ruleset = options.dryRun ? simulated(loaded) : loaded
  const log = openLog(options)
  const stop = stopOnSignals()
  const state = await openState(options.stateDir ?? process.env['STATE_DIRECTORY']?.split(':')[0], log)
  const bus = connectBus({ address: options.user ? 'session' : 'system' })
  bus.on('lost', (reason) => log.warn({ type: 'bus', state: 'lost' }, busLost(reason, options.user === true)))
  bus.on('connected', () => log.debug({ type: 'bus', state: 'connected' }, 'connected to the message bus'))
  const busIsLost = once(bus, 'lost')
  const systemd = new Systemd(bus)
  const units = [...new Set(ruleset.rules.flatMap(knownUnits))]
  bus.once('connected', () => void tellMissingUnits(systemd, units, log))
  try {
    await runLive({
      engine: createEngine(ruleset.rules, {
        measuring: { stopwatch: () => realClock.stopwatch(), every: timedEvents },
        ...(state.engine === undefined ? {} : { state: state.engine }),
      }),
      rules: ruleset.rules,
      ...(state.live === undefined ? {} : { state: state.live }),
      sources: liveSources(ruleset, { user: options.user === true, clock: () => realClock.now() }),
      units: (signal) => watchUnits({ systemd, units, clock: realClock, signal }),
      unitsPatience: Promise.race([busIsLost, waited(unitsPatienceMs, stop)]),
      actuator: actuatorOf({ systemd, user: userInfo().username }),
      clock: realClock,
      reporter: new LogReporter(log, watchedWords(ruleset)),
      signal: stop,
    })
  } catch (error) {
    throw error instanceof SourceError ? new CommandError(error.message, exitCode.failed) : error
  } finally {
    bus.close()
    await state.release()
  }
}

/** Resolves after that time, or when `signal` aborts; keeps no process alive. */
const waited = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  setTimeout(milliseconds, undefined, { ref: false, signal }).catch(() => undefined)

const simulated = (ruleset: Ruleset): Ruleset => ({
  ...ruleset,
  rules: ruleset.rules.map((rule) => ({ ...rule, mode: 'simulate' })),
})

function openLog({ logFormat, logLevel }: RunOptions): pino.Logger {
  const { isTTY } = process.stdout
  const fitting = isTTY ? 'text' : isUnderJournal(process.env['JOURNAL_STREAM'], 1) ? 'journal' : 'json'
  const stream = pino.destination({ dest: 1, sync: true })
  // Whoever read the log has gone: the watchdog goes on, and has nobody to tell.
  stream.on('error', () => undefined)
  return createLog({
    format: logFormat ?? fitting,
    level: logLevel,
    colour: isTTY && process.stdout.hasColors(),
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

const watchedWords = ({ rules, sources }: Ruleset): string =>
  `${counted(rules.length, 'rule')} on ${[...sources.keys()].join(', ')}`
