/** A thread that scans the chunks that it is told of, until there are no more. */

import { parentPort } from 'node:worker_threads'
import { LineSearch } from '../../match/scan/line-search.ts'
import { ChunkScan, type ChunkScanSetting } from './chunk-scan.ts'

/** The kernel is optimized, for all threads, when it has gone over some of these. */
const warmUpBytes = 262_144

parentPort?.once('message', (setting: ChunkScanSetting) => new ChunkScan(setting).scanAll())

for (const literals of [['a'], ['a', 'b']]) {
  const search = new LineSearch(
    literals.map((literal) => new TextEncoder().encode(literal)),
    warmUpBytes,
  )
  search.find(0, warmUpBytes)
  search.countNewlines(0, warmUpBytes)
}
