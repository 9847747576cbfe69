/** The real `watchdog` command inside a lab, and what it logs. */

import type { Lab, Ran } from '../lab/lab.ts'
import { projectInside } from '../lab/lab.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import { until } from '../lab/until.ts'

/** One line of its JSON log. */
export type LogRecord = Readonly<Record<string, unknown>>

export interface Watchdog {
  readonly process: LabProcess
  /** What it has logged so far. */
  records(): readonly LogRecord[]
  /** What it has decided for `rule` so far: `act`, or why it held back. */
  decisions(rule: string): readonly string[]
  /** The first record that has all of `fields`, now or within 20 s. */
  record(fields: LogRecord): Promise<LogRecord>
  stop(): Promise<void>
}

export interface WatchdogOptions {
  readonly user?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Starts it with the rule file `rules`, and waits until it watches. */
export const startWatchdog = async (
  lab: Lab,
  rules: string,
  options: WatchdogOptions = {},
): Promise<Watchdog> => {
  await lab.writeFile('/run/lab/rules.yaml', rules)
  const args = ['run', '--rules', '/run/lab/rules.yaml', '--log-format', 'json', ...(options.args ?? [])]
  const process = await lab.spawn('node', [...command, ...args], withUser(options))
  const records = () => process.output().split('\n').slice(0, -1).map(parse)
  const record: Watchdog['record'] = (fields) =>
    until(`the record ${JSON.stringify(fields)}`, () => records().find((one) => includes(one, fields))).catch(
      (error: unknown) => {
        throw new Error(`the watchdog logged:\n${process.output()}`, { cause: error })
      },
    )
  await record({ type: 'watching' })
  return {
    process,
    records,
    record,
    decisions: (rule) =>
      records()
        .filter((one) => includes(one, { type: 'decision', rule }))
        .map(({ decision }) => String(decision)),
    stop: async () => {
      await process.kill()
    },
  }
}

/** Runs a `watchdog` command that is expected to end by itself. */
export const runWatchdog = (lab: Lab, args: readonly string[], options: WatchdogOptions = {}): Promise<Ran> =>
  lab.run('node', [...command, ...args], { ...withUser(options), reject: false })

const inside = (path: string): string => `${projectInside}/${path}`
const command = ['--import', inside('node_modules/tsx/dist/loader.mjs'), inside('src/cli/watchdog.ts')]

const withUser = ({ user, env }: WatchdogOptions) => ({
  ...(user === undefined ? {} : { user }),
  ...(env === undefined ? {} : { env }),
})

const parse = (line: string): LogRecord => {
  try {
    return JSON.parse(line)
  } catch {
    return { type: 'not JSON', line }
  }
}

const includes = (record: LogRecord, fields: LogRecord): boolean =>
  Object.entries(fields).every(([name, value]) => record[name] === value)
