/** The demo where no systemd can be had: the rules are replayed over the journal of an outage that was recorded. */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { explain, heading, quote, typed } from './narrator.ts'

/** `why` there is no live demo here. */
export const tellRecorded = async (why: string): Promise<void> => {
  heading('A recorded outage, because a live one needs a systemd')
  explain(`(${why})`)
  const log = path('outage.json')
  quote('journal', (await readFile(log, 'utf8')).trimEnd().split('\n').map(journalLine).join('\n'))
  heading('What the rules would have done, and when')
  typed('watchdog replay --rules test/demo/rules.yaml test/demo/outage.json')
  const watchdog = ['--import', 'tsx', path('../../src/cli/watchdog.ts')]
  const args = [...watchdog, 'replay', '--rules', path('rules.yaml'), log]
  quote('replay', (await execa(process.execPath, args, { reject: false, cwd: path('../..') })).stdout)
}

/** As journalctl shows it, from a line of its JSON. */
const journalLine = (line: string): string => {
  const entry: { readonly __REALTIME_TIMESTAMP: string; readonly MESSAGE: string } = JSON.parse(line)
  const time = new Date(Number(entry.__REALTIME_TIMESTAMP) / 1_000).toISOString()
  return `${time.slice(11, 23)} ${entry.MESSAGE}`
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
