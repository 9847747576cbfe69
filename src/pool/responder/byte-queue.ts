/** Chunks on their way from a connection to one reader, with their size known, for back-pressure. */

export class ByteQueue {
  #chunks: Uint8Array<ArrayBuffer>[] = []
  #ended = false
  #failure: Error | undefined
  #wake: (() => void) | undefined
  readonly #onTaken: () => void
  size = 0

  /** `onTaken` is called whenever the reader has taken a chunk. */
  constructor(onTaken: () => void) {
    this.#onTaken = onTaken
  }

  push(chunk: Uint8Array<ArrayBuffer>): void {
    if (this.#ended) return
    this.#chunks.push(chunk)
    this.size += chunk.length
    this.#wakeReader()
  }

  /** No more will come; with `failure` the reader is told that this is not the proper end. */
  end(failure?: Error): void {
    if (this.#ended) return
    this.#ended = true
    this.#failure = failure
    this.#wakeReader()
  }

  /** Forgets what nobody is to read; with `failure` whoever does is told. */
  discard(failure?: Error): void {
    this.#chunks = []
    this.size = 0
    this.#ended = true
    this.#failure ??= failure
    this.#wakeReader()
    this.#onTaken()
  }

  /** The next chunk, or `undefined` at the end; rejects with the failure. One reader at a time. */
  async next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (;;) {
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) {
        this.size -= chunk.length
        this.#onTaken()
        return chunk
      }
      if (this.#failure !== undefined) throw this.#failure
      if (this.#ended) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #wakeReader(): void {
    this.#wake?.()
    this.#wake = undefined
  }
}
