/** A stand-in for systemd's manager on a private bus, which behaves as badly as a test wants. */

import { once } from 'node:events'
import dbus from 'dbus-next'
import { unitPath } from '../../../src/platform/systemd/unit-path.ts'

export interface FakeUnit {
  load: string
  active: string
  /** Number and type of the job that is under way. */
  job?: { readonly number: number; readonly type: string }
  /** Counts the starts, failed ones included. */
  invocation: number
  /** Named by this alias, too. */
  alias?: string
}

/** What comes of a method call that concerns a unit; by default its job is done at once. */
export type Conduct =
  | { readonly kind: 'job'; readonly result: string }
  /** The job ends when the test says so. */
  | { readonly kind: 'long-job' }
  | { readonly kind: 'error'; readonly name: string; readonly message: string }
  | { readonly kind: 'silence' }

type Answer =
  | { readonly kind: 'reply'; readonly signature: string; readonly body: unknown[] }
  | Extract<Conduct, { kind: 'error' }>

const nothing: Answer = { kind: 'reply', signature: '', body: [] }

const managerPath = '/org/freedesktop/systemd1'
const managerInterface = 'org.freedesktop.systemd1.Manager'
const jobPath = (number: number) => `${managerPath}/job/${number}`

export class FakeSystemd implements Disposable {
  readonly #address: string
  readonly #units = new Map<string, FakeUnit>()
  #bus: dbus.MessageBus | undefined
  #jobs = 0
  /** Calls that would change something, as `RestartUnit site.service replace`. */
  readonly calls: string[] = []
  /** Object paths whose properties were read. */
  readonly reads: string[] = []
  subscribed = false
  conduct: Conduct = { kind: 'job', result: 'done' }

  constructor(address: string) {
    this.#address = address
  }

  static async start(address: string): Promise<FakeSystemd> {
    const fake = new FakeSystemd(address)
    await fake.join()
    return fake
  }

  /** Connects under a new unique name, as systemd does after re-executing itself. */
  async join(): Promise<void> {
    const bus = dbus.sessionBus({ busAddress: this.#address.replace('path=', 'socket=') })
    bus.on('error', () => undefined)
    await once(bus, 'connect')
    bus.addMethodHandler((call: dbus.Message) => {
      if (bus === this.#bus) this.#respond(bus, call)
      return true
    })
    this.subscribed = false
    this.#bus = bus
    await bus.requestName('org.freedesktop.systemd1', 0)
  }

  leave(): void {
    this.#bus?.disconnect()
    this.#bus = undefined
  }

  [Symbol.dispose](): void {
    this.leave()
  }

  unit(name: string): FakeUnit {
    const unit = this.#units.get(name)
    if (unit === undefined) throw new Error(`the test made no ${name}`)
    return unit
  }

  /** Makes or changes a unit, and says nothing. */
  install(name: string, changes: Partial<FakeUnit>): FakeUnit {
    const unit = { load: 'loaded', active: 'active', invocation: 1, ...this.#units.get(name), ...changes }
    this.#units.set(name, unit)
    return unit
  }

  /** Makes or changes a unit and tells the world, as far as it listens. */
  set(name: string, changes: Partial<FakeUnit>): void {
    const unit = this.install(name, changes)
    this.#signal(unitPath(name), 'org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as', [
      'org.freedesktop.systemd1.Unit',
      { ActiveState: new dbus.Variant('s', unit.active) },
      [],
    ])
  }

  beginJob(name: string, type: string): number {
    this.#jobs += 1
    this.set(name, { job: { number: this.#jobs, type } })
    return this.#jobs
  }

  endJob(name: string, result: string, active = 'active'): void {
    const { job, invocation, ...rest } = this.unit(name)
    if (job === undefined) throw new Error(`${name} has no job`)
    this.#units.set(name, { ...rest, invocation: invocation + (active === 'inactive' ? 0 : 1) })
    this.set(name, { active })
    this.#signal(managerPath, managerInterface, 'JobRemoved', 'uoss', [
      job.number,
      jobPath(job.number),
      name,
      result,
    ])
  }

  reloaded(): void {
    this.#signal(managerPath, managerInterface, 'Reloading', 'b', [false])
  }

  #signal(path: string, from: string, member: string, signature: string, body: unknown[]): void {
    if (this.subscribed) this.#bus?.send(dbus.Message.newSignal(path, from, member, signature, body))
  }

  #respond(bus: dbus.MessageBus, call: dbus.Message): void {
    const answer = this.#answer(call)
    if (answer === undefined) return
    if (answer.kind === 'reply') {
      bus.send(dbus.Message.newMethodReturn(call, answer.signature, answer.body))
      return
    }
    const { name: errorName, message } = answer
    const error = {
      type: dbus.MessageType.ERROR,
      destination: call.sender,
      errorName,
      signature: 's',
      body: [message],
    }
    // The library's type for the serial is not the one that it takes.
    bus.send(Object.assign(new dbus.Message({ ...error, replySerial: '' }), { replySerial: call.serial }))
  }

  #answer({ member, path, body }: dbus.Message): Answer | undefined {
    if (member === 'Subscribe') {
      this.subscribed = true
      return nothing
    }
    if (member === 'GetAll') {
      this.reads.push(path)
      const properties = this.#properties(path)
      return properties === undefined
        ? {
            kind: 'error',
            name: 'org.freedesktop.DBus.Error.UnknownObject',
            message: `Unknown object '${path}'`,
          }
        : { kind: 'reply', signature: 'a{sv}', body: [properties] }
    }
    this.calls.push([member, ...body].join(' '))
    return this.#act(member, String(body[0]))
  }

  #act(member: string, name: string): Answer | undefined {
    const { conduct } = this
    if (conduct.kind === 'silence') return undefined
    if (conduct.kind === 'error') return conduct
    if (member === 'KillUnit' || member === 'ResetFailedUnit') return nothing
    const number = this.beginJob(name, member.replace('Unit', '').toLowerCase())
    // systemd, too, tells the end of a quick job before it answers.
    if (conduct.kind === 'job')
      this.endJob(name, conduct.result, conduct.result === 'done' ? 'active' : 'failed')
    return { kind: 'reply', signature: 'o', body: [jobPath(number)] }
  }

  #properties(path: string): Record<string, dbus.Variant> | undefined {
    for (const [name, unit] of this.#units) {
      const { job } = unit
      if (job !== undefined && path === jobPath(job.number))
        return { JobType: new dbus.Variant('s', job.type) }
      if (path !== unitPath(name) && (unit.alias === undefined || path !== unitPath(unit.alias))) continue
      return {
        Id: new dbus.Variant('s', name),
        LoadState: new dbus.Variant('s', unit.load),
        ActiveState: new dbus.Variant('s', unit.active),
        Job: new dbus.Variant('(uo)', job === undefined ? [0, '/'] : [job.number, jobPath(job.number)]),
        InvocationID: new dbus.Variant('ay', Buffer.from([unit.invocation])),
        Result: new dbus.Variant('s', unit.active === 'failed' ? 'exit-code' : 'success'),
      }
    }
    return undefined
  }
}
