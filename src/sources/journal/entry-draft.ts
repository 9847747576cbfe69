/** An entry in the making, bounded whatever is put into it. Pure. */

import { instant, microseconds } from '../../engine/time.ts'
import type { JournalEntry } from './entry.ts'

/** A longer value is cut to its first bytes. */
export const valueLimitBytes = 1_048_576
/** Of all values of an entry together. */
const entryLimitBytes = 4 * valueLimitBytes
/** What a value costs besides its bytes, so that empty ones come to an end, too. */
const valueCostBytes = 64

export class EntryDraft {
  readonly #fields = new Map<string, string | string[]>()
  readonly #addresses = new Map<string, string>()
  #room = entryLimitBytes
  #cut = false

  get isEmpty(): boolean {
    return this.#fields.size === 0 && this.#addresses.size === 0
  }

  /** Adds the value that stands in `bytes` from `start` to `end`; `cut` says that it was longer. */
  add(name: string, bytes: Buffer, start: number, end: number, cut: boolean): void {
    const size = Math.min(end - start, valueLimitBytes, this.#room)
    if (cut || size < end - start) this.#cut = true
    if (this.#room <= 0) return
    this.#room -= size + valueCostBytes
    const value = bytes.toString('utf8', start, start + size)
    if (name.startsWith('__')) this.#addresses.set(name, value)
    else this.#append(name, value)
  }

  /** The entry, or `undefined` where it has no cursor or no time. */
  entry(): JournalEntry | undefined {
    const cursor = this.#addresses.get('__CURSOR')
    const realtime = count(this.#addresses.get('__REALTIME_TIMESTAMP'))
    if (cursor === undefined || realtime === undefined) return undefined
    const monotonic = count(this.#addresses.get('__MONOTONIC_TIMESTAMP'))
    const boot = this.#fields.get('_BOOT_ID')
    return {
      cursor,
      realtime: instant(realtime),
      monotonic: monotonic === undefined ? undefined : microseconds(monotonic),
      boot: typeof boot === 'string' ? boot : undefined,
      fields: this.#fields,
      cut: this.#cut,
    }
  }

  #append(name: string, value: string): void {
    const before = this.#fields.get(name)
    if (before === undefined) this.#fields.set(name, value)
    else if (typeof before === 'string') this.#fields.set(name, [before, value])
    else before.push(value)
  }
}

/** Microseconds that a number can hold. */
const count = (text: string | undefined): number | undefined => {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
