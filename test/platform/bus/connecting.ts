/** Buses and clients of tests, closed where their block ends. */

import { once } from 'node:events'
import dbus from 'dbus-next'
import { type Bus, type BusOptions, connectBus } from '../../../src/platform/bus/bus.ts'

/** Our own client, in a hurry. */
export function connecting(address: string, options: Partial<BusOptions> = {}): Bus & Disposable {
  const bus = connectBus({ address, firstDelayMs: 5, longestDelayMs: 40, ...options })
  return Object.assign(bus, { [Symbol.dispose]: () => bus.close() })
}

/** Somebody else on the bus. */
export async function stranger(address: string): Promise<dbus.MessageBus & Disposable> {
  const client = dbus.sessionBus({ busAddress: address.replace('path=', 'socket=') })
  client.on('error', () => undefined)
  await once(client, 'connect')
  return Object.assign(client, { [Symbol.dispose]: () => client.disconnect() })
}
