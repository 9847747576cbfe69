/** A thread that scans chunks until there are no more. */

import { workerData } from 'node:worker_threads'
import { ChunkScan } from './chunk-scan.ts'

new ChunkScan(workerData).scanAll()
