/** A lab: a whole systemd with journald, the system bus and polkit in namespaces of its own, for tests of the real thing. */

import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { reasonAgainst } from './availability.ts'
import { type LabProcess, labProcess } from './lab-process.ts'
import { until } from './until.ts'

export interface Lab {
  /** Unique; its control group on the host bears it. */
  readonly name: string
  /** Runs a command inside to its end. A failure throws with its output, unless `reject` is false; lateness always does. */
  run(command: string, args?: readonly string[], options?: RunOptions): Promise<Ran>
  /** Starts a command inside that goes on beside the test. */
  spawn(command: string, args?: readonly string[], options?: SpawnOptions): Promise<LabProcess>
  /** Writes a file inside, with the folders above it; nothing of it reaches the host. */
  writeFile(path: string, text: string, mode?: string): Promise<void>
  /** Writes a unit file and lets systemd read it. */
  writeUnit(unit: string, text: string): Promise<void>
  /** Writes a rule that is in force when this returns. */
  writePolkitRule(file: string, text: string): Promise<void>
  /** Makes a system user with a group of the same name, and a member of `groups`. */
  addUser(user: string, groups?: readonly string[]): Promise<void>
  /** Starts the user's own systemd and bus; gives the environment in which commands of that user reach them. */
  startUserManager(user: string): Promise<Readonly<Record<string, string>>>
  /** Logs through the journal's native protocol, from outside every unit. */
  log(text: string, options?: LogOptions): Promise<void>
  /** The end of the journal as text, for messages of failed tests. */
  journal(): Promise<string>
  /** Ends every process inside and removes everything; safe to call twice. */
  close(): Promise<void>
}

export interface SpawnOptions {
  /** Who runs it; root otherwise. */
  readonly user?: string
  /** Added to the bare environment (PATH and LANG) that processes inside get. */
  readonly env?: Readonly<Record<string, string>>
}

export interface RunOptions extends SpawnOptions {
  readonly input?: string
  /** 20 s unless told. */
  readonly timeoutMs?: number
  readonly reject?: boolean
}

export interface Ran {
  readonly stdout: string
  readonly stderr: string
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined
}

export interface LogOptions {
  readonly user?: string
  /** Further fields, as a client may claim them. */
  readonly fields?: Readonly<Record<string, string>>
  /** The entry is logged this many times; once unless told. */
  readonly times?: number
}

export interface BootOptions {
  /** 20 s unless told. */
  readonly timeoutMs?: number
}

/**
 * Why tests with a lab must be skipped here, or `undefined` when they can run. Under `CI=true` it is always `undefined`:
 * there a missing lab fails the tests by `bootLab`.
 */
export const labUnavailable = (): string | undefined =>
  process.env['CI'] === 'true' ? undefined : reasonAgainst()

const keeperPath = fileURLToPath(new URL('keeper', import.meta.url))
const projectPath = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Where every user inside finds the project; node is on the PATH. */
export const projectInside = '/run/lab/project'

/** Boots a lab of its own; several can run side by side. The caller closes it; it also dies with this process. */
export const bootLab = async ({ timeoutMs = 20_000 }: BootOptions = {}): Promise<Lab> => {
  const reason = reasonAgainst()
  if (reason !== undefined) throw new Error(reason)
  const name = `watchdog-lab-${randomUUID()}`
  const keeper = spawn(
    'setpriv',
    ['--pdeathsig', 'TERM', 'unshare', '--mount', keeperPath, name, projectPath, process.execPath],
    // In a session of its own a Ctrl-C at the terminal leaves it time to clean up.
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  )
  const said: string[] = []
  createInterface(keeper.stdout).on('line', (line) => said.push(line))
  createInterface(keeper.stderr).on('line', (line) => said.push(line))
  const place = new Promise<Place>((resolve, reject) => {
    keeper.on('error', reject)
    keeper.on('exit', () => reject(new Error(`the lab died while it booted:\n${said.join('\n')}`)))
    keeper.stdout.once('data', (line: Buffer) => resolve(placeFrom(line.toString(), keeper)))
  })

  try {
    const lab = labAt(name, await place, keeper)
    await ready(lab, await place, timeoutMs)
    // A test that forgets to close its lab still ends, and the lab with it.
    keeper.unref()
    keeper.stdout.destroy()
    keeper.stderr.destroy()
    return lab
  } catch (error) {
    await end(keeper)
    throw new Error(`the lab did not boot:\n${said.join('\n')}`, { cause: error })
  }
}

/** Where the inside is reached from outside. */
interface Place {
  /** systemd's pid as the host sees it. */
  readonly pid: number
  /** The `cgroup.procs` of the group that processes from outside join. */
  readonly guests: string
}

const placeFrom = (line: string, keeper: ChildProcess): Place => {
  const [group, pid] = line.trim().split(' ')
  return { pid: Number(pid), guests: `/proc/${keeper.pid}/root${group}/guests/cgroup.procs` }
}

const ready = async (lab: Lab, { pid }: Place, timeoutMs: number): Promise<void> => {
  await until(
    'init to become systemd',
    async () => (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() === 'systemd',
    timeoutMs,
  )
  const booted = 'systemctl is-system-running --wait && busctl status org.freedesktop.systemd1 >/dev/null'
  let last: Ran | undefined
  try {
    await until(
      'systemd to be up and on the bus',
      async () => {
        last = await lab.run('sh', ['-c', booted], { reject: false, timeoutMs })
        return last.exitCode === 0
      },
      timeoutMs,
    )
  } catch (error) {
    const tail = await lab.journal()
    throw new Error(`${last?.stdout}\n${last?.stderr}\n${tail}`, { cause: error })
  }
}

const labAt = (name: string, place: Place, keeper: ChildProcess): Lab => {
  const run: Lab['run'] = async (command, args = [], options = {}) => {
    const [file, argv] = entering(place, command, args, options.user)
    const timeoutMs = options.timeoutMs ?? 20_000
    const running = execa(file, argv, {
      env: environment(options.env),
      extendEnv: false,
      cwd: '/',
      reject: options.reject ?? true,
      ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    })
    let late = false
    const timer = setTimeout(() => {
      late = true
      running.kill('SIGKILL')
      // Its own children may go on and hold these.
      running.stdout.destroy()
      running.stderr.destroy()
    }, timeoutMs)
    const ran = await running
      .finally(() => clearTimeout(timer))
      .catch((error: unknown) => {
        throw late ? new Error(`${command} took longer than ${timeoutMs} ms`, { cause: error }) : error
      })
    if (late) throw new Error(`${command} took longer than ${timeoutMs} ms: ${ran.stdout}\n${ran.stderr}`)
    return { stdout: ran.stdout, stderr: ran.stderr, exitCode: ran.exitCode }
  }

  const writeFile: Lab['writeFile'] = async (path, text, mode = '0644') => {
    const write = 'mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1"'
    await run('sh', ['-c', write, 'sh', path, mode], { input: text })
  }

  return {
    name,
    run,
    writeFile,
    spawn: async (command, args = [], options = {}) => {
      const [file, argv] = entering(place, command, args, options.user)
      return labProcess(
        spawn(file, argv, { env: environment(options.env), cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] }),
      )
    },
    writeUnit: async (unit, text) => {
      await writeFile(`/run/systemd/system/${unit}`, text)
      await run('systemctl', ['daemon-reload'])
    },
    writePolkitRule: async (file, text) => {
      await writeFile(`/etc/polkit-1/rules.d/${file}`, text)
      // A running polkit reads its rules again some time after they changed; a restarted one has read them.
      await run('systemctl', ['try-restart', 'polkit.service'])
    },
    addUser: async (user, groups = []) => {
      const lines = [`u ${user} - - /nonexistent`, ...groups.map((group) => `m ${user} ${group}`)]
      await run('systemd-sysusers', ['-'], { input: `${lines.join('\n')}\n` })
    },
    startUserManager: async (user) => {
      const runtime = `/run/user/${(await run('id', ['-u', user])).stdout}`
      // There is no logind, which would have the login say so.
      await writeFile('/run/systemd/system/user@.service.d/lab.conf', userManagerConfig)
      await run('systemctl', ['daemon-reload'])
      await run('systemctl', ['start', `user@${runtime.split('/').at(-1)}.service`])
      return { XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus` }
    },
    log: async (text, { user, fields = {}, times = 1 } = {}) => {
      const entry = [
        `MESSAGE=${text}`,
        ...Object.entries(fields).map(([field, value]) => `${field}=${value}`),
      ]
      const repeat = 'for i in $(seq "$2"); do printf "%s\\n" "$1" | logger --journald || exit; done'
      const as = user === undefined ? {} : { user }
      await run('sh', ['-c', repeat, 'sh', entry.join('\n'), String(times)], as)
    },
    journal: async () => (await run('journalctl', ['--no-pager', '-n', '60'], { reject: false })).stdout,
    close: () => end(keeper),
  }
}

const userManagerConfig = '[Service]\nEnvironment=XDG_RUNTIME_DIR=/run/user/%i\n'

const environment = (added: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: `/run/lab/bin:${process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin'}`,
  LANG: 'C.UTF-8',
  ...added,
})

/**
 * The command line that runs `command` inside. It joins the lab's control group before it enters the lab, because on
 * some hosts the kernel lets nobody do so from there; journald takes a process from the host's groups for one of no unit.
 */
const entering = (
  { pid, guests }: Place,
  command: string,
  args: readonly string[],
  user = 'root',
): [string, string[]] => {
  const enter = 'guests=$1 pid=$2; shift 2; echo 0 >"$guests" && exec nsenter -t "$pid" -a -- "$@"'
  // The signal ends it with its nsenter, when a test kills that one.
  const become =
    'user=$1; shift; exec setpriv --pdeathsig KILL --reuid "$user" --regid "$(id -g "$user")" --init-groups -- "$@"'
  const inside = ['sh', '-c', become, 'sh', user, command, ...args]
  return ['sh', ['-c', enter, 'sh', guests, String(pid), ...inside]]
}

const end = async (keeper: ChildProcess): Promise<void> => {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return
  keeper.ref()
  keeper.kill('SIGTERM')
  const [code] = await once(keeper, 'exit')
  if (code !== 0) throw new Error(`the lab's keeper ended with ${code}: its control group may be left`)
}
