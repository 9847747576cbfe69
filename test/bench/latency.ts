/** How long after the tenth line, as the journal dates it, RestartUnit is called; as the system bus sees it, polkit warm. */

import { until } from '../lab/until.ts'
import { bootWatched } from './watched.ts'

const trials = 20
const targetMs = 50

const { lab, site, watchdog } = await bootWatched()
try {
  const monitor = await lab.spawn('dbus-monitor', ['--system', "type='method_call',member='RestartUnit'"])
  await monitor.waitFor(/member=NameLost/)

  const latencies: number[] = []
  // The first one starts polkit and is not counted.
  for (let trial = 0; trial <= trials; trial++) {
    const lines = Array.from(
      { length: 10 },
      (_, index) => `trial ${trial} line ${index + 1}: increase workers to minimal`,
    )
    await site.log(...lines)
    await site.started(trial + 2)
    const called = await until(`call ${trial}`, () => callTimes(monitor.output())[trial])
    if (trial > 0) latencies.push(called - (await journalTime(`trial ${trial} line 10:`)))
    await until('the end of the cooldown', () => occurrences(watchdog.output(), '"type":"cooldown"') > trial)
  }

  latencies.sort((a, b) => a - b)
  const median = (at(trials / 2 - 1) + at(trials / 2)) / 2
  console.log(
    `${trials} trials, from the journal's time of the 10th line to the RestartUnit call on the system bus:`,
  )
  console.log(
    `median ${median.toFixed(1)} ms, min ${at(0).toFixed(1)} ms, max ${at(trials - 1).toFixed(1)} ms`,
  )
  console.log(`target: median at most ${targetMs} ms: ${median <= targetMs ? 'met' : 'missed'}`)
  if (median > targetMs) process.exitCode = 1

  function at(index: number): number {
    const latency = latencies[index]
    if (latency === undefined) throw new Error(`no latency ${index}`)
    return latency
  }
} finally {
  await lab.close()
}

/** When each call passed the bus, in milliseconds since the epoch. */
function callTimes(monitored: string): readonly number[] {
  return [...monitored.matchAll(/^method call time=([\d.]+) .*member=RestartUnit$/gm)].map(
    ([, time]) => Number(time) * 1_000,
  )
}

/** When journald received the line, in milliseconds since the epoch. */
async function journalTime(text: string): Promise<number> {
  const { stdout } = await lab.run('journalctl', ['-u', site.unit, '-g', text, '-o', 'json', '-n', '1'])
  const entry: { readonly __REALTIME_TIMESTAMP: string } = JSON.parse(stdout)
  return Number(entry.__REALTIME_TIMESTAMP) / 1_000
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1
}
