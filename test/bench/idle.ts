/** What an idle watchdog costs: its share of a core over a minute, and its memory; its journalctl's apart. */

import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootWatched } from './watched.ts'

const seconds = Number(process.argv[2] ?? 60)
const targetShare = 0.3
const targetMiB = 80

const { lab, watchdog } = await bootWatched()
try {
  const pid = await watchdog.hostPid()
  const children = childrenOf(pid)
  // What starting cost must not count.
  await sleep(3_000)
  const before = { own: cpuMs(pid), children: children.map(cpuMs) }
  await sleep(seconds * 1_000)

  const share = (spentMs: number) => spentMs / (seconds * 10)
  const own = share(cpuMs(pid) - before.own)
  const total = own + share(sum(children.map(cpuMs)) - sum(before.children))
  const memory = memoryOf(pid)
  console.log(`idle for ${seconds} s`)
  console.log(`CPU: watchdog ${own.toFixed(3)} % of a core, with its journalctl ${total.toFixed(3)} %`)
  console.log(`memory of the watchdog: ${memoryText(memory)}`)
  for (const child of children) console.log(`memory of its ${nameOf(child)}: ${memoryText(memoryOf(child))}`)

  const met = total < targetShare && memory.residentMiB <= targetMiB
  console.log(`target: below ${targetShare} % in all and at most ${targetMiB} MiB: ${met ? 'met' : 'missed'}`)
  if (!met) process.exitCode = 1
} finally {
  await lab.close()
}

interface Memory {
  readonly residentMiB: number
  readonly privateMiB: number
  readonly sharedMiB: number
}

function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const mib = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1_024
  return {
    residentMiB: mib('Rss'),
    privateMiB: mib('Private_Clean') + mib('Private_Dirty'),
    sharedMiB: mib('Shared_Clean') + mib('Shared_Dirty'),
  }
}

function memoryText({ residentMiB, privateMiB, sharedMiB }: Memory): string {
  return `${residentMiB.toFixed(1)} MiB resident, ${privateMiB.toFixed(1)} private and ${sharedMiB.toFixed(1)} shared`
}

/** User and system time of all its threads; the kernel counts in ticks of 10 ms. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' '))
    .filter(Boolean)
    .map(Number)
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
