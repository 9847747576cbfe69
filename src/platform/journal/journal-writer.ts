/** Writes entries with fields to the journal: to journald's own socket, or through logger(1) where that cannot be reached. */

import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatagrams, type SendDatagram } from '../unix-datagram.ts'
import { entryBytes, type JournalFields } from './entry-bytes.ts'
import { sendByLogger } from './logger.ts'
import type { Written } from './written.ts'

export interface JournalWriter {
  /** Returns at once. Entries keep their order; what journald cannot take now waits, for a while. */
  write(fields: JournalFields): void
  /** Resolves when nothing waits, or a second later; what waits then is lost. */
  close(): Promise<void>
}

export interface JournalWriterOptions {
  /** Told when an entry could not be written, for a reason, and is not tried again. */
  readonly lost: (fields: JournalFields, why: string) => void
  /** journald's; another one in tests. */
  readonly socket?: string
}

type Write = (fields: JournalFields) => Written | Promise<Written>

const journald = '/run/systemd/journal/socket'
const mostWaiting = 1_000
const retryMs = 10
/** As long as an entry waits for a journald that does not take it. */
const patienceMs = 10_000
const closeMs = 1_000

/** `undefined` where there is no journald. */
export async function openJournalWriter({
  lost,
  socket = journald,
}: JournalWriterOptions): Promise<JournalWriter | undefined> {
  if (!existsSync(socket)) return undefined
  const send = await openDatagrams()
  return new WaitingWriter(send === undefined ? sendByLogger : nativeWrite(send, socket), lost)
}

const busy: readonly string[] = ['EAGAIN', 'ENOBUFS', 'ECONNREFUSED', 'ENOENT']

const nativeWrite =
  (send: SendDatagram, socket: string) =>
  (fields: JournalFields): Written => {
    const sending = send(socket, entryBytes(fields))
    if (sending.kind === 'sent') return { kind: 'written' }
    return { kind: busy.includes(sending.code) ? 'later' : 'impossible', why: sending.code }
  }

class WaitingWriter implements JournalWriter {
  readonly #write: Write
  readonly #lost: JournalWriterOptions['lost']
  readonly #waiting: { readonly fields: JournalFields; readonly until: number }[] = []
  #working: Promise<void> | undefined
  #closed = false

  constructor(write: Write, lost: JournalWriterOptions['lost']) {
    this.#write = write
    this.#lost = lost
  }

  write(fields: JournalFields): void {
    if (this.#closed || this.#waiting.length >= mostWaiting) {
      this.#lost(fields, `${this.#waiting.length} others wait for journald`)
      return
    }
    this.#waiting.push({ fields, until: performance.now() + patienceMs })
    this.#working ??= this.#work()
  }

  async close(): Promise<void> {
    await Promise.race([this.#working, sleep(closeMs, undefined, { ref: false })])
    this.#closed = true
    for (const { fields } of this.#waiting.splice(0)) this.#lost(fields, 'journald did not take it in time')
  }

  /** The first entry is written before this returns, where that needs no waiting. */
  async #work(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined && !this.#closed; next = this.#waiting[0]) {
      const { fields, until } = next
      const written = await this.#write(fields)
      if (this.#closed) return
      if (written.kind === 'later' && performance.now() < until) {
        await sleep(retryMs)
        continue
      }
      this.#waiting.shift()
      if (written.kind !== 'written') this.#lost(fields, written.why)
    }
    this.#working = undefined
  }
}
