/** The demo's stage on a machine with a systemd: the user's own one, on which one transient unit is run. */

import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { until } from '../lab/until.ts'
import { type Running, type Stage, unit } from './stage.ts'

/** Why it cannot be played here: the user's systemd does not answer, or the journal is not the user's to read. */
export const reasonAgainstUserStage = async (): Promise<string | undefined> => {
  const probe = `demo-probe-${randomUUID()}`
  const said = await quiet('systemd-run', ['--user', '--wait', '--quiet', '--collect', 'echo', probe])
  if (said.exitCode !== 0) return 'no systemd of your own user answers'
  const seen = async () => (await quiet('journalctl', ['--user', '-q', '-g', probe])).exitCode === 0
  return until('the probe in the journal', seen, 3_000).then(
    () => undefined,
    () => 'the journal does not show you the messages of your own units; the group systemd-journal would',
  )
}

export const userStage = (): Stage => {
  const started: Running[] = []
  return {
    about: 'your own systemd (systemctl --user), as one transient unit',
    project: fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, ''),
    scope: ['--user'],
    run: async (command, args, input) => (await quiet(command, args, input)).stdout,
    start: async (command, args, onLine) => {
      const running = start(command, args, onLine)
      started.push(running)
      return running
    },
    close: async () => {
      for (const running of started) await running.stop()
      await quiet('systemctl', ['--user', 'stop', unit])
    },
  }
}

const quiet = async (command: string, args: readonly string[], input = '') => {
  const { stdout, exitCode } = await execa(command, args, { reject: false, input })
  return { stdout, exitCode }
}

const start = (command: string, args: readonly string[], onLine: (line: string) => void): Running => {
  const running = execa(command, args, { reject: false, all: true, buffer: false, stdin: 'ignore' })
  const told = (async () => {
    for await (const line of running.iterable({ from: 'all' })) onLine(line)
  })()
  return {
    stop: async () => {
      running.kill()
      await told
    },
  }
}
