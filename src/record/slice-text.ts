/** A slice as the text of a file that replays and tests read. Pure. */

import type { LogEvent } from '../engine/event.ts'
import type { Slice } from './slice.ts'

/** Lines as they were, or one entry a line as `journalctl -o json` writes them, with those of its fields that are in `fields`. */
export const sliceText = ({ content, written }: Slice, fields: ReadonlySet<string>): string =>
  written
    .map((event) => `${content === 'lines' ? event.text : JSON.stringify(entryOf(event, fields))}\n`)
    .join('')

const entryOf = ({ at, monotonic, position, text, fields }: LogEvent, wanted: ReadonlySet<string>) => ({
  __CURSOR: position,
  __REALTIME_TIMESTAMP: String(at),
  ...(monotonic === undefined
    ? {}
    : { __MONOTONIC_TIMESTAMP: String(monotonic.at), _BOOT_ID: monotonic.boot }),
  ...Object.fromEntries([...fields].filter(([name]) => wanted.has(name) && name !== '_BOOT_ID')),
  MESSAGE: fields.get('MESSAGE') ?? text,
})
