/** One line for each event to standard error: with a priority for systemd's journal, with time and process elsewhere. */

import { fstatSync, writeSync } from 'node:fs'

export interface Log {
  info(text: string): void
  warn(text: string): void
  error(text: string): void
}

/** `name` is who speaks, `manager` or `worker`. */
export function stderrLog(name: string): Log {
  const journal = stderrIsJournal()
  const write = (priority: number, level: string, text: string): void => {
    const line = printable(text)
    writeLine(
      journal
        ? `<${priority}>${name}: ${line}\n`
        : `${new Date().toISOString()} ${level} fcgi-pool ${name}[${process.pid}]: ${line}\n`,
    )
  }
  return {
    info: (text) => write(6, 'info', text),
    warn: (text) => write(4, 'warn', text),
    error: (text) => write(3, 'error', text),
  }
}

let lostLines = 0

/** A log that nobody reads must not end or stall the pool. */
function writeLine(line: string): void {
  try {
    writeSync(
      2,
      lostLines === 0 ? line : `${line.trimEnd()} (${lostLines} lines before this one were lost)\n`,
    )
    lostLines = 0
  } catch {
    lostLines += 1
  }
}

/** systemd tells where it connected standard error to: https://systemd.io/JOURNAL_NATIVE_PROTOCOL/ */
function stderrIsJournal(): boolean {
  const [device, inode] = (process.env['JOURNAL_STREAM'] ?? '').split(':')
  try {
    // As big integers: after any other look at a pipe or socket, Node before version 24 takes links to modules for files.
    const stat = fstatSync(2, { bigint: true })
    return String(stat.dev) === device && String(stat.ino) === inode
  } catch {
    return false
  }
}

/** Text on one line that a terminal can be shown: it may hold what a client sent. */
const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === '\n' ? ' | ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
