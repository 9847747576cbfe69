/** Asks the manager for the pool's status on behalf of requests. */

import { isPoolStatus } from '../status/pool-status.ts'
import { statusText } from '../status/status-text.ts'

const answerMs = 2_000

export class StatusInquiry {
  readonly #ask: (key: string) => void
  readonly #waiting = new Map<string, (status: object) => void>()
  #asked = 0

  constructor(ask: (key: string) => void) {
    this.#ask = ask
  }

  /** Rejects when the manager does not answer in time. */
  async ask(asJson: boolean): Promise<string> {
    const key = String(++this.#asked)
    try {
      const status = await new Promise<object>((resolve, reject) => {
        this.#waiting.set(key, resolve)
        setTimeout(() => reject(new Error('the manager did not answer')), answerMs).unref()
        this.#ask(key)
      })
      if (!isPoolStatus(status)) throw new Error('the manager gave no status')
      return asJson ? `${JSON.stringify(status, undefined, 2)}\n` : statusText(status)
    } finally {
      this.#waiting.delete(key)
    }
  }

  answer(key: string, status: object): void {
    this.#waiting.get(key)?.(status)
  }
}
