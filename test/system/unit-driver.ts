/**
 * Runs inside a lab: performs the actions that its first argument lists as JSON, one after the other, and prints each
 * attempt as a line of JSON; or, with `watch UNIT…`, prints observations of units until it is ended.
 */

import { userInfo } from 'node:os'
import { actuatorOf } from '../../src/actions/actuators.ts'
import { connectBus } from '../../src/platform/bus/bus.ts'
import { realClock } from '../../src/platform/clock.ts'
import { Systemd } from '../../src/platform/systemd/systemd.ts'
import { watchUnits } from '../../src/platform/systemd/unit-watch.ts'
import { incident, noAlerts } from '../actions/incidents.ts'

const address = process.env['XDG_RUNTIME_DIR'] === undefined ? 'system' : 'session'
const bus = connectBus({ address, longestDelayMs: 200 })
const systemd = new Systemd(bus)
const signal = new AbortController().signal
const [first = '', ...rest] = process.argv.slice(2)

if (first === 'watch') {
  systemd.on('ready', () => console.log('ready'))
  for await (const { unit, stopped } of watchUnits({ systemd, units: rest, clock: realClock, signal })) {
    console.log(`${unit} ${stopped ? 'stopped' : 'started'}`)
  }
} else {
  const actuator = actuatorOf({ systemd, user: userInfo().username }, noAlerts)
  for (const action of JSON.parse(first)) {
    const begun = performance.now()
    const { result, message } = await actuator.perform(action, incident(), signal)
    console.log(JSON.stringify({ result, message, ms: performance.now() - begun }))
  }
  bus.close()
}
