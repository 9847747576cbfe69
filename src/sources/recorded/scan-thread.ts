/** A thread that scans the chunks that it is told of, until there are no more. */

import { parentPort } from 'node:worker_threads'
import { ChunkScan, type ChunkScanSetting } from './chunk-scan.ts'

parentPort?.once('message', (setting: ChunkScanSetting) => new ChunkScan(setting).scanAll())
