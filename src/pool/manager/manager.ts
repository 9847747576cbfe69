/** The manager: keeps the listening socket and the workers. It does little and touches no request, so that it can hardly fail. */

import { exitStatus } from '../exit-status.ts'
import type { Log } from '../log.ts'
import type { PoolSettings } from '../settings.ts'
import type { PoolStatus } from '../status/pool-status.ts'
import { openControl } from './control.ts'
import { FileWatch } from './file-watch.ts'
import { type Change, Listeners } from './listeners.ts'
import type { Notifier } from './notifier.ts'
import { Predecessor, Successor } from './upgrade.ts'
import { Workforce } from './workforce.ts'

export interface ManagerOptions {
  readonly settings: PoolSettings
  /** Reads the settings again. Rejects with an `Error` that says what is wrong with them. */
  readonly reread: () => Promise<PoolSettings>
  /** The configuration file, where there is one. */
  readonly file: string | undefined
  readonly log: Log
  readonly notifier: Notifier
}

/** Runs a pool to its end; resolves with the exit status. Rejects when it cannot listen. */
export async function runManager(options: ManagerOptions): Promise<number> {
  const predecessor = Predecessor.fromEnvironment()
  const { listen: wanted, control } = options.settings
  // A descriptor that was given is the one that is inherited, whatever its number.
  const listen = (wanted.kind === 'descriptor' ? undefined : predecessor?.listen) ?? wanted
  const listeners =
    predecessor === undefined ? await Listeners.open(listen) : Listeners.inherit(listen, predecessor.fd)
  const manager = new Manager(options, listeners, predecessor)
  try {
    if (control !== undefined && predecessor === undefined) await manager.openControl(control)
  } catch (error) {
    listeners.close()
    throw error
  }
  return manager.run()
}

const tickMs = 1_000

class Manager {
  readonly #options: ManagerOptions
  readonly #log: Log
  readonly #predecessor: Predecessor | undefined
  readonly #listeners: Listeners
  readonly #workforce: Workforce
  readonly #startedAt = performance.now()
  #settings: PoolSettings
  /** The paths of its sockets are this manager's: none before it has taken over, or after another has. */
  #ownsPaths: boolean
  #watch: FileWatch | undefined
  #state: PoolStatus['state'] = 'starting'
  #reloads = 0
  #reloading = false
  #reloadAgain: string | undefined
  #successor: Successor | undefined
  #exitStatus: number = exitStatus.ok
  #closeControl: (() => void) | undefined
  #finish: (status: number) => void = () => undefined

  constructor(options: ManagerOptions, listeners: Listeners, predecessor: Predecessor | undefined) {
    this.#options = options
    this.#log = options.log
    this.#settings = options.settings
    this.#listeners = listeners
    this.#predecessor = predecessor
    this.#ownsPaths = predecessor === undefined
    this.#workforce = new Workforce(options.settings, listeners.fd, {
      log: options.log,
      status: () => this.#status(),
      onReady: () => this.#onReady(),
      onLoss: () => this.#onLoss(),
      onEmpty: () => this.#end(),
      onBroken: () => this.#stop('the service is broken', exitStatus.broken),
    })
  }

  async run(): Promise<number> {
    const { notifier } = this.#options
    this.#predecessor?.attend(
      (from, key, handle, nginx) => this.#workforce.handover.relay.move(from, key, handle, nginx),
      () => this.#stop('the earlier manager has gone', exitStatus.upgrade),
    )
    process.on('SIGHUP', () => this.#reload('SIGHUP'))
    process.on('SIGUSR2', () => this.#upgrade())
    for (const signal of ['SIGTERM', 'SIGQUIT', 'SIGINT'] as const)
      process.on(signal, () => this.#stop(signal))
    this.#watchFile()
    setInterval(() => {
      this.#workforce.tick()
      this.#successor?.look()
      this.#listeners.closeUnused((fd) => this.#workforce.uses(fd))
      if (this.#watch?.changed() === true) this.#reload('the configuration file has changed')
    }, tickMs)
    if (notifier.keepAliveMs !== undefined) {
      setInterval(() => void notifier.tell('WATCHDOG=1'), notifier.keepAliveMs)
    }
    this.#log.info(`listening on ${this.#listeners.address}, manager ${process.pid}`)
    return new Promise((resolve) => {
      this.#finish = resolve
      this.#workforce.start()
    })
  }

  async openControl(path: string): Promise<void> {
    this.#closeControl = await openControl(path, () => this.#status())
  }

  /** The first worker has shown that the application works. */
  #onReady(): void {
    if (this.#state !== 'starting') return
    this.#state = 'running'
    if (this.#predecessor === undefined) void this.#options.notifier.tell('READY=1')
    else void this.#takeOver(this.#predecessor)
  }

  async #takeOver(predecessor: Predecessor): Promise<void> {
    await this.#options.notifier.tell(`MAINPID=${process.pid}`, 'READY=1')
    if (this.#state === 'stopping') return
    this.#ownsPaths = true
    predecessor.tellProven()
    const { control, listen } = this.#settings
    if (control !== undefined)
      await this.openControl(control).catch((error: Error) => this.#log.error(error.message))
    if (!this.#listeners.isFor(listen)) this.#reload('listen has changed')
  }

  /** A new manager that cannot prove itself leaves the old one alone. */
  #onLoss(): void {
    if (this.#state !== 'starting' || this.#predecessor === undefined || process.connected !== true) return
    this.#log.error('this new manager has no worker that is ready: it gives up, and the old one goes on')
    this.#stop('the upgrade has failed', exitStatus.upgrade)
  }

  #reload(because: string): void {
    if (this.#state === 'stopping' || this.#state === 'upgrading') {
      this.#log.warn(`no reload (${because}): the pool is ${this.#state}`)
    } else if (this.#reloading) {
      this.#reloadAgain = because
    } else {
      this.#reloading = true
      void this.#renew(because).finally(() => {
        this.#reloading = false
        const again = this.#reloadAgain
        this.#reloadAgain = undefined
        if (again !== undefined) this.#reload(again)
      })
    }
  }

  /** Takes the settings as they are now, or none of them. */
  async #renew(because: string): Promise<void> {
    let change: Change | undefined
    try {
      const settings = await this.#options.reread()
      change = await this.#listeners.prepare(settings.listen)
      await this.#moveControl(settings.control)
      if (this.#state === 'stopping' || this.#state === 'upgrading') {
        change.discard()
        return
      }
      change.take()
      this.#settings = settings
      this.#watchFile()
      this.#reloads += 1
      this.#log.info(`reload (${because})`)
      this.#workforce.renew(settings, this.#listeners.fd, 'reload')
    } catch (error) {
      change?.discard()
      const text = error instanceof Error ? error.message : String(error)
      this.#log.error(`no reload (${because}), everything stays as it was: ${text}`)
    }
  }

  async #moveControl(path: string | undefined): Promise<void> {
    if (path === this.#settings.control) return
    const close = this.#closeControl
    if (path === undefined) this.#closeControl = undefined
    else await this.openControl(path)
    close?.()
  }

  #watchFile(): void {
    const { file } = this.#options
    const isWatched = this.#settings.watch && file !== undefined
    this.#watch = isWatched ? (this.#watch ?? new FileWatch(file)) : undefined
  }

  #upgrade(): void {
    if (this.#state !== 'running') {
      this.#log.warn(`no upgrade: the pool is ${this.#state}`)
      return
    }
    this.#state = 'upgrading'
    const timeout = setTimeout(() => {
      this.#log.error('the new manager has no ready worker within upgrade_timeout')
      successor.kill()
    }, this.#settings.times.upgrade)
    const successor = new Successor(this.#listeners, {
      onStarted: (pid) => this.#log.info(`upgrade: manager ${pid} is started`),
      onProven: () => {
        clearTimeout(timeout)
        if (this.#state !== 'upgrading') {
          successor.kill()
          return
        }
        this.#log.info(`manager ${successor.pid} takes over`)
        this.#ownsPaths = false
        this.#workforce.handover.begin(successor)
        this.#stop('upgrade')
      },
      onAdopted: (key) => this.#workforce.handover.relay.adopted(key),
      onEnd: (because) => {
        clearTimeout(timeout)
        this.#workforce.handover.abandon(successor)
        this.#onSuccessorEnd(because)
      },
    })
    this.#successor = successor
  }

  #onSuccessorEnd(because: string): void {
    if (this.#state !== 'upgrading') return
    this.#successor = undefined
    this.#state = 'running'
    // The new one may have told systemd of itself.
    void this.#options.notifier.tell(`MAINPID=${process.pid}`)
    this.#log.error(`the upgrade has failed, this manager goes on; of the new one: ${because}`)
  }

  #stop(because: string, status: number = exitStatus.ok): void {
    if (this.#state === 'stopping') return
    if (this.#successor?.proven === false) this.#successor.kill()
    this.#state = 'stopping'
    this.#exitStatus = status
    this.#log.info(`stopping: ${because}`)
    if (this.#ownsPaths) void this.#options.notifier.tell('STOPPING=1')
    this.#workforce.stop(because)
  }

  #end(): void {
    this.#closeControl?.()
    this.#listeners.removePaths(this.#ownsPaths)
    this.#log.info('stopped')
    this.#finish(this.#exitStatus)
  }

  #status(): PoolStatus {
    const { queue, roster } = this.#workforce
    const { requests, statuses: workers, exits } = roster
    return {
      manager: process.pid,
      state: this.#state,
      listen: this.#listeners.address,
      dispatch: this.#settings.dispatch,
      upSeconds: Math.round((performance.now() - this.#startedAt) / 1000),
      reloads: this.#reloads,
      requests,
      workers,
      exits,
      ...(queue === undefined ? {} : { queue }),
    }
  }
}
