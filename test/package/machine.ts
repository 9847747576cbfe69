/** A copy of this machine in which packages can be installed. */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

export interface Machine {
  /** Runs a command there, as root and in a bare environment; a failure throws with its output. */
  run(command: string, ...args: readonly string[]): Promise<Output>
  /** Writes a file there. */
  writeFile(path: string, content: string | Uint8Array): Promise<void>
  /** Every path that was made, changed or removed there since the start, with a word for what became of it. */
  leftovers(): Promise<readonly string[]>
  close(): Promise<void>
}

interface Output {
  readonly stdout: string
  readonly stderr: string
}

const environment = {
  PATH: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: '/root',
  LANG: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
}

const fixture = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Why there can be no such copy here; under `CI=true` it is never said, and the start fails. */
export function machineUnavailable(): string | false {
  if (process.env['CI'] === 'true') return false
  if (process.getuid?.() !== 0) return 'a copy of the machine needs root'
  const mounts =
    'mount -t tmpfs tmpfs /mnt && cd /mnt && mkdir u w r && mount -t overlay o -o lowerdir=/,upperdir=u,workdir=w r'
  const { status, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', mounts], { encoding: 'utf8' })
  return status === 0 ? false : `a copy of the machine needs overlays: ${stderr.split('\n')[0]}`
}

export async function startMachine(): Promise<Machine> {
  const keeper = spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private', fixture('machine')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const [started] = await once(createInterface(keeper.stdout), 'line')
  const inside = String(started)
  const run = async (command: string, args: readonly string[], input: string | Uint8Array = '') => {
    const entering = ['--target', inside, '--mount', '--pid', '--root', '--wdns=/', command, ...args]
    return execa('nsenter', entering, {
      input,
      timeout: 60_000,
      env: environment,
      extendEnv: false,
    })
  }
  return {
    run: (command, ...args) => run(command, args),
    writeFile: async (path, content) => {
      await run('sh', ['-c', 'cat >"$1"', 'sh', path], content)
    },
    leftovers: async () => {
      const { stdout } = await run('bash', ['-s'], readFileSync(fixture('leftovers')))
      return stdout === '' ? [] : stdout.split('\n')
    },
    close: async () => {
      const ended = once(keeper, 'exit')
      keeper.stdin.end()
      await ended
    },
  }
}
