/** The program's own log: JSON lines for programs, plain lines for a terminal, `<N>` priorities under systemd. */

import pino, { type DestinationStream, type Logger } from 'pino'
import { type Colours, coloursFor } from './colours.ts'

export type LogFormat = 'json' | 'text' | 'journal'
export const logFormats: readonly LogFormat[] = ['json', 'text', 'journal']

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'
export const logLevels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug']

export interface LogOptions {
  readonly format: LogFormat
  readonly level: LogLevel
  readonly colour: boolean | undefined
  /** Takes whole lines. */
  readonly stream: DestinationStream
}

export function createLog({ format, level, colour, stream }: LogOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  if (format === 'json') return pino(options, stream)
  const colours = coloursFor(colour)
  const line = format === 'journal' ? journalLine : (record: LogRecord) => terminalLine(record, colours)
  return pino(options, { write: (json: string) => stream.write(`${line(JSON.parse(json))}\n`) })
}

interface LogRecord {
  readonly level: string
  /** ISO 8601 in UTC. */
  readonly time: string
  readonly msg?: string
}

/** Priorities of syslog(3); see sd-daemon(3) for the prefix. */
const priorities: Readonly<Record<string, number>> = { fatal: 2, error: 3, warn: 4, info: 6, debug: 7 }

/** Every line of a message needs the prefix, or journald would take the next one for another level. */
const journalLine = ({ level, msg = '' }: LogRecord): string =>
  msg
    .split('\n')
    .map((line) => `<${priorities[level] ?? 6}>${line}`)
    .join('\n')

function terminalLine({ level, time, msg = '' }: LogRecord, colours: Colours): string {
  const word = level.padEnd(5)
  const shown =
    level === 'error' || level === 'fatal'
      ? colours.red(word)
      : level === 'warn'
        ? colours.yellow(word)
        : colours.dim(word)
  return `${colours.dim(time.slice(0, -1).replace('T', ' '))} ${shown} ${msg}`
}
