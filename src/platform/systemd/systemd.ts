/** systemd's manager over a bus: calls and signals of whoever is systemd now, across its re-execution and the bus's loss. */

import { EventEmitter } from 'node:events'
import type { Bus } from '../bus/bus.ts'
import type { MethodCall, Reply, Signal } from '../bus/message.ts'
import { occurs } from '../bus/occurs.ts'

interface SystemdEvents {
  /** Subscribed, for the first time or again: signals before it may have been missed. */
  ready: []
  /** A job ended; `result` is one of those of JobRemoved in org.freedesktop.systemd1(5). */
  job: [path: string, result: string]
  /** Unit files were read again. */
  reloaded: []
  /** Properties of the object at `path` changed; told for paths that were asked for by `watch`. */
  changed: [path: string]
}

const manager = {
  destination: 'org.freedesktop.systemd1',
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
}
const driver = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
}
const properties = 'org.freedesktop.DBus.Properties'

const fromManager = `type='signal',sender='${manager.destination}',path='${manager.path}',interface='${manager.interface}'`
const ownerMatch = `type='signal',sender='${driver.destination}',member='NameOwnerChanged',arg0='${manager.destination}'`
const unitMatch = (path: string) =>
  `type='signal',sender='${manager.destination}',path='${path}',interface='${properties}',member='PropertiesChanged'`

export class Systemd extends EventEmitter<SystemdEvents> {
  readonly #bus: Bus
  /** Unique name of the connection that is systemd, once it is known and subscribed to. */
  #owner: string | undefined
  #establishing = 0

  /** Lives as long as `bus`, whose `close` ends it. */
  constructor(bus: Bus) {
    super()
    this.setMaxListeners(0)
    this.#bus = bus
    for (const member of ['JobRemoved', 'Reloading']) void bus.addMatch(`${fromManager},member='${member}'`)
    void bus.addMatch(ownerMatch)
    bus.on('connected', () => void this.#establish())
    bus.on('lost', () => {
      this.#owner = undefined
    })
    bus.on('signal', (signal) => this.#receive(signal))
    if (bus.connected) void this.#establish()
  }

  /** Calls a method of the manager. */
  manager(
    member: string,
    signature: string,
    body: readonly (string | number)[],
    timeoutMs?: number,
  ): Promise<Reply> {
    return this.#call({ ...manager, member, signature, body }, false, timeoutMs)
  }

  /** Reads all properties of an interface of the object at `path`. */
  properties(path: string, name: string, timeoutMs?: number): Promise<Reply> {
    const { destination } = manager
    const call = { destination, path, interface: properties, member: 'GetAll', signature: 's', body: [name] }
    return this.#call(call, true, timeoutMs)
  }

  /** Asks for `changed` of the object at `path`, until the returned function is called. */
  watch(path: string): { readonly inForce: Promise<void>; readonly end: () => void } {
    return {
      inForce: this.#bus.addMatch(unitMatch(path)),
      end: () => this.#bus.removeMatch(unitMatch(path)),
    }
  }

  /** Waits for systemd where it is away; settles within `timeoutMs`. What may be `repeated` is, when no answer came. */
  async #call(call: MethodCall, repeated: boolean, timeoutMs = 25_000): Promise<Reply> {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      if (this.#owner === undefined) await occurs(this, 'ready', deadline - performance.now())
      const owner = this.#owner
      if (owner === undefined) return { kind: 'unsent', message: this.#absence() }
      const reply = inTermsOfSystemd(
        await this.#bus.call({ ...call, destination: owner }, deadline - performance.now()),
      )
      if (reply.kind === 'unsent' && this.#owner === owner) this.#owner = undefined
      const again = reply.kind === 'unsent' || (reply.kind === 'unanswered' && repeated)
      if (!again || performance.now() >= deadline) return reply
    }
  }

  #absence(): string {
    return this.#bus.connected ? 'systemd is not on the message bus' : 'the message bus cannot be reached'
  }

  #receive({ sender, path, interface: from, member, body }: Signal): void {
    if (sender === driver.destination && member === 'NameOwnerChanged' && body[0] === manager.destination) {
      void this.#establish()
    }
    // Anybody may send us a signal that looks like systemd's.
    if (sender !== this.#owner) return
    if (from === properties && member === 'PropertiesChanged') this.emit('changed', path)
    if (from !== manager.interface) return
    const [, job, , result] = body
    if (member === 'JobRemoved' && typeof job === 'string' && typeof result === 'string') {
      this.emit('job', job, result)
    }
    if (member === 'Reloading' && body[0] === false) this.emit('reloaded')
  }

  /** Finds who systemd is now and subscribes to its signals, which a new one would not send us. */
  async #establish(): Promise<void> {
    const mine = ++this.#establishing
    this.#owner = undefined
    const name = await this.#bus.call({
      ...driver,
      member: 'GetNameOwner',
      signature: 's',
      body: [manager.destination],
    })
    const owner = name.kind === 'reply' ? name.body[0] : undefined
    if (typeof owner !== 'string') return
    // PID 1 answers nobody while it re-reads its units: ask again until it does or another takes its place.
    let subscribed: Reply
    do {
      subscribed = await this.#bus.call({ ...manager, destination: owner, member: 'Subscribe' })
    } while (subscribed.kind === 'unanswered' && mine === this.#establishing)
    if (mine !== this.#establishing || subscribed.kind === 'unsent') return
    this.#owner = owner
    this.emit('ready')
  }
}

/** The bus answers by these errors in the place of a systemd that has gone. */
function inTermsOfSystemd(reply: Reply): Reply {
  if (reply.kind !== 'error') return reply
  switch (reply.name) {
    case 'org.freedesktop.DBus.Error.ServiceUnknown':
    case 'org.freedesktop.DBus.Error.NameHasNoOwner':
      return { kind: 'unsent', message: 'systemd is not on the message bus' }
    case 'org.freedesktop.DBus.Error.NoReply':
    case 'org.freedesktop.DBus.Error.Disconnected':
      return { kind: 'unanswered', message: 'systemd left the message bus' }
    default:
      return reply
  }
}
