/** Logs to measure with: syslog lines of about 134 bytes, of which one in a thousand is of interest. */

import { closeSync, existsSync, openSync, renameSync, statSync, writeSync } from 'node:fs'

const subjects = [
  'connection from 10.1.2.3 port 4711 accepted by backend',
  'request GET /index/17/4 handled in time by worker',
  'cache entry 8f.3a refreshed from upstream origin server',
  'session opened for user u17.58 by pam module here',
  'cron job /usr/local/bin/task41 finished without output',
]

/** A small generator of numbers, the same for every run. */
function* numbers(): Generator<number, never> {
  let state = 88_172_645
  for (;;) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    yield state >>> 0
  }
}

/** Writes `lines` lines to `path`, unless they are there. `word` makes the text of the `index`-th line of interest. */
export function writeLog(path: string, lines: number, word: (index: number) => string): void {
  if (existsSync(path)) return
  const random = numbers()
  const fd = openSync(`${path}.part`, 'w')
  let chunk: string[] = []
  for (let index = 0; index < lines; index++) {
    // Ten lines a second, of one year.
    const at = new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 10) * 1_000)
    const time = `${at.toUTCString().slice(8, 11)} ${String(at.getUTCDate()).padStart(2)} ${at.toISOString().slice(11, 19)}`
    const value = random.next().value
    const text =
      index % 1_000 === 500
        ? `${word(index / 1_000 - 0.5)}, with some more text to make it as long as all the others are`
        : `${subjects[value % subjects.length]}, request id ${value.toString(16).padStart(8, '0')} took ${value % 99_999} us`
    chunk.push(`${time} host app[${value % 30_000}]: ${text}\n`)
    if (chunk.length === 50_000) {
      writeSync(fd, chunk.join(''))
      chunk = []
    }
  }
  writeSync(fd, chunk.join(''))
  closeSync(fd)
  renameSync(`${path}.part`, path)
}

export const sizeOf = (path: string): number => statSync(path).size
