/** One line of `journalctl -o json` as an entry. Pure. See the JSON format of systemd's JOURNAL_EXPORT_FORMATS. */

import { instant, microseconds } from '../../engine/time.ts'
import type { FieldValue } from '../../match/matchable.ts'
import type { JournalEntry } from './entry.ts'

/** The entry, or undefined where the line is none. */
export function parseJournalJson(line: string): JournalEntry | undefined {
  const object = parseObject(line)
  if (object === undefined) return undefined
  const realtime = wholeNumber(object['__REALTIME_TIMESTAMP'])
  if (realtime === undefined) return undefined
  const monotonic = wholeNumber(object['__MONOTONIC_TIMESTAMP'])
  const boot = object['_BOOT_ID']
  const cursor = object['__CURSOR']
  const fields = new Map<string, FieldValue>()
  for (const [name, value] of Object.entries(object)) {
    const parsed = name.startsWith('__') ? undefined : fieldValue(value)
    if (parsed !== undefined) fields.set(name, parsed)
  }
  return {
    cursor: typeof cursor === 'string' ? cursor : '',
    realtime: instant(realtime),
    monotonic: monotonic === undefined ? undefined : microseconds(monotonic),
    boot: typeof boot === 'string' ? boot : undefined,
    fields,
    cut: false,
  }
}

/** A text; a list of bytes, where it is none; a list of those, where the field is repeated; null, where it is too large. */
function fieldValue(value: unknown): FieldValue | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (!Array.isArray(value)) return undefined
  if (isBytes(value)) return Buffer.from(value).toString('utf8')
  const values = value.map(fieldValue).filter((one) => typeof one === 'string')
  return values.length === 0 ? undefined : values.length === 1 ? values[0] : values
}

const isBytes = (list: readonly unknown[]): list is number[] =>
  list.every((item) => typeof item === 'number' && Number.isInteger(item) && item >= 0 && item <= 255)

function wholeNumber(value: unknown): number | undefined {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{1,16}$/.test(value)
        ? Number(value)
        : undefined
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
