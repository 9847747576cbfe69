/** A message bus of one's own: a real dbus-daemon in a temporary folder, which tests kill, freeze and start again. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PrivateBus extends AsyncDisposable {
  readonly address: string
  start(): Promise<void>
  kill(): Promise<void>
  /** Stops it, or lets it go on, without its noticing. */
  freeze(frozen: boolean): void
}

/** `extra` is further configuration, such as limits. The bus does not run yet. */
export async function privateBus(extra = ''): Promise<PrivateBus> {
  const folder = await mkdtemp(join(tmpdir(), 'bus-'))
  const address = `unix:path=${folder}/socket`
  const config = join(folder, 'bus.conf')
  await writeFile(
    config,
    `<busconfig><type>session</type><listen>${address}</listen>
      <policy context="default">
        <allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/>
      </policy>${extra}</busconfig>`,
  )
  let daemon: ChildProcess | undefined
  const kill = async () => {
    if (daemon === undefined) return
    const ended = once(daemon, 'exit')
    daemon.kill('SIGKILL')
    daemon = undefined
    await ended
  }
  return {
    address,
    start: async () => {
      const command = ['dbus-daemon', '--nofork', '--nopidfile', '--print-address', `--config-file=${config}`]
      // Should the test be killed, its bus ends, too.
      daemon = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], { stdio: ['ignore', 'pipe', 'ignore'] })
      if (daemon.stdout) await once(daemon.stdout, 'data')
    },
    kill,
    freeze: (frozen) => daemon?.kill(frozen ? 'SIGSTOP' : 'SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      await kill()
      await rm(folder, { recursive: true })
    },
  }
}
