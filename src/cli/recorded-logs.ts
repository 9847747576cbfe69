/** The recorded logs that a command is given, and the options that choose them: the same for every command that replays. */

import type { Command } from 'commander'
import type { Ruleset } from '../config/ruleset.ts'
import { type Instant, milliseconds } from '../engine/time.ts'
import { realClock } from '../platform/clock.ts'
import { optimizeAsUsual } from '../platform/runtime.ts'
import { type Assignment, describeAssignment } from '../sources/recorded/assignment.ts'
import { readRecorded } from '../sources/recorded/read-recorded.ts'
import { isSecondThreadBusy } from '../sources/recorded/second-thread.ts'
import { type Batch, SourceError } from '../sources/source.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { momentOption } from './moment-option.ts'
import { wantedFields } from './wanted-fields.ts'

export interface LogOptions {
  readonly journal?: true
}

export interface PeriodOptions {
  readonly since?: string
  readonly until?: string
}

/** What is read; `verb` says for what. */
export const logArguments = (command: Command, verb: string): Command =>
  command
    .argument(
      '[file...]',
      'text logs, dumps of journalctl -o json or -o export, compressed or not, journal files and directories; - is standard input',
    )
    .option('--journal', `${verb} the journal of this machine`)

export const periodOptions = (command: Command): Command =>
  command
    .option('--since <time>', 'leave out what was logged before, such as -2h, yesterday, "2026-11-21 04:30"')
    .option('--until <time>', 'leave out what was logged after')

export interface Logs {
  readonly paths: readonly string[]
  readonly journal?: boolean
  /** What is wanted, and by whom. */
  readonly ruleset: Ruleset
  readonly since?: Instant | undefined
  readonly until?: Instant | undefined
  /** Journal fields beside those that the rules read. */
  readonly fields?: readonly string[]
  /** Units of which systemd's own messages are wanted, too. */
  readonly units?: readonly string[]
  /** Told what is read for which sources; absent: people are. */
  readonly onAssigned?: (assignment: Assignment) => void
}

/** The logs' events in the order of their times. Ends the command where none are named, or one cannot be read. */
export function recordedLogs(logs: Logs): AsyncIterable<Batch> {
  const {
    paths,
    journal = false,
    ruleset,
    since,
    until,
    fields = [],
    units = [],
    onAssigned = tellAssigned,
  } = logs
  if (paths.length === 0 && !journal) {
    throw new CommandError('no logs to read: name files, or give --journal', exitCode.usage)
  }
  return forCommand(
    readRecorded({
      paths,
      ruleset,
      now: realClock.now(),
      onAssigned,
      journal,
      fields: new Set([...wantedFields(ruleset.rules), ...fields]),
      units,
      period: { since, until },
    }),
  )
}

/** The times that `--since` and `--until` name. */
export const periodOf = ({ since, until }: PeriodOptions) => ({
  since: momentOf('--since', since),
  until: momentOf('--until', until),
})

/** The time that `option` names, if it is given. */
export const momentOf = (option: string, text: string | undefined): Instant | undefined =>
  momentOption(option, text, realClock.now())

export const tellAssigned = (assignment: Assignment): void => {
  process.stderr.write(`${describeAssignment(assignment)}\n`)
}

/** What takes less is over before it gains by being optimized, which takes as long. */
const worthOptimizing = milliseconds(120)
/** The same where the processor that would do it has a log to search. */
const worthOptimizingBeside = milliseconds(400)

/** Once so much time has gone into what becomes of the events, it is optimized. */
async function* forCommand(batches: AsyncIterable<Batch>): AsyncGenerator<Batch, void, undefined> {
  let spent = 0
  let isOptimized = false
  try {
    for await (const batch of batches) {
      const began = realClock.stopwatch()
      yield batch
      if (isOptimized) continue
      spent += realClock.stopwatch() - began
      isOptimized = spent > (isSecondThreadBusy() ? worthOptimizingBeside : worthOptimizing)
      if (isOptimized) optimizeAsUsual()
    }
  } catch (error) {
    throw error instanceof SourceError ? new CommandError(error.message, exitCode.failed) : error
  }
}
