/** Times commands as whole processes. */

import { spawnSync } from 'node:child_process'

export interface Timing {
  /** Of the wall clock: the median of the runs. */
  readonly seconds: number
  /** Of the processor, user and system. */
  readonly cpuSeconds: number
  /** Most resident memory, of the process itself. */
  readonly mebibytes: number
}

/**
 * What somebody's shell may say of certificates is no part of what is measured: where NODE_EXTRA_CA_CERTS names a bundle, Node reads
 * all of it at every start, for 30 ms.
 */
const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env
export const environment = rest

/** The median of `runs` runs of a shell command after one that warms the page cache; `undefined` where it cannot be run. */
export function time(command: string, runs = 3): Timing | undefined {
  const timings: Timing[] = []
  for (let run = 0; run <= runs; run++) {
    const timing = timeOnce(command)
    if (timing === undefined) return undefined
    if (run > 0) timings.push(timing)
  }
  return medianOf(timings, ({ seconds }) => seconds)
}

export interface Race {
  readonly ours: Timing
  readonly theirs: Timing
  /** Our time to theirs: the median of the rounds' quotients. */
  readonly ratio: number
}

/** Our time to theirs, by turns. */
export function race(ours: string, theirs: string): Race | undefined {
  const timings = byTurns([ours, theirs])?.flatMap(([one, other]): Race[] =>
    one === undefined || other === undefined
      ? []
      : [{ ours: one, theirs: other, ratio: one.seconds / other.seconds }],
  )
  return timings && medianOf(timings, ({ ratio }) => ratio)
}

/**
 * Runs commands by turns, as the speed of a machine that is shared changes: for each round the timings of all; `undefined` where
 * one cannot be run.
 */
export function byTurns(commands: readonly string[], rounds = 7): readonly (readonly Timing[])[] | undefined {
  const timings: Timing[][] = []
  for (let round = 0; round <= rounds; round++) {
    const timed = commands.flatMap((command) => timeOnce(command) ?? [])
    if (timed.length < commands.length) return undefined
    // The first warms the page cache.
    if (round > 0) timings.push(timed)
  }
  return timings
}

function timeOnce(command: string): Timing | undefined {
  const began = performance.now()
  const { stderr, status } = spawnSync('/usr/bin/time', ['-f', '%U %S %M', 'sh', '-c', command], {
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  // `time` itself knows no more than hundredths.
  const seconds = (performance.now() - began) / 1_000
  const last = stderr.trim().split('\n').at(-1)?.split(' ').map(Number)
  // 10: the replay says that something would have acted.
  if (last === undefined || last.length !== 3 || ![0, 1, 10].includes(status ?? -1)) return undefined
  const [user = 0, system = 0, kibibytes = 0] = last
  return { seconds, cpuSeconds: user + system, mebibytes: kibibytes / 1_024 }
}

export const median = (values: readonly number[]): number => medianOf(values, (value) => value) ?? Number.NaN

function medianOf<Item>(items: readonly Item[], by: (item: Item) => number): Item | undefined {
  return [...items].sort((a, b) => by(a) - by(b))[Math.floor(items.length / 2)]
}

/** Prints one comparison; `met` says whether `ratio` keeps to the target. */
export function report(what: string, ratio: number, target: string, met: boolean): void {
  console.log(
    `${what.padEnd(58)} ${ratio.toFixed(2).padStart(8)}×  target ${target}: ${met ? 'met' : 'missed'}`,
  )
}
