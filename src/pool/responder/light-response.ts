/**
 * The `Response` of a worker: bodies of text or bytes are kept as they are, and the web's own `Response` is made only when
 * one asks for more than status, headers and body. Making that one costs more than the rest of a small request.
 */

import { hasLine, headersIn, linesOf, plainLines } from './header-lines.ts'
import { followHeaders, standIn } from './stand-in.ts'

const NativeResponse = globalThis.Response

type Init = ResponseInit | undefined
type GivenHeaders = ResponseInit['headers']

class LightResponse {
  readonly #status: number
  /** As they are sent: names in lower case, each once, and values that `Headers` would take as they are. */
  readonly #lines: string
  #headers: Headers | undefined
  readonly #body: string | Uint8Array<ArrayBuffer>
  #native: Response | undefined

  constructor(body: string | Uint8Array<ArrayBuffer>, status: number, headers: string | Headers) {
    this.#body = body
    this.#status = status
    this.#lines = typeof headers === 'string' ? headers : ''
    this.#headers = typeof headers === 'string' ? undefined : headers
  }

  static of(value: unknown): LightResponse | undefined {
    return typeof value === 'object' && value !== null && #lines in value ? value : undefined
  }

  get status(): number {
    return this.#status
  }

  get ok(): boolean {
    return this.#status < 300
  }

  get headers(): Headers {
    this.#headers ??= headersIn(this.#lines)
    return this.#headers
  }

  /** The headers as they are by now. */
  get headerLines(): string {
    return this.#headers === undefined ? this.#lines : linesOf(this.#headers)
  }

  get native(): Response {
    if (this.#native === undefined)
      this.#native = new NativeResponse(this.#body, { status: this.#status, headers: this.headers })
    else followHeaders(this.#native.headers, this.#headers)
    return this.#native
  }

  /** The body, while nobody has read it. */
  get unread(): string | Uint8Array | undefined {
    return this.#native === undefined ? this.#body : undefined
  }

  static {
    standIn(LightResponse.prototype, NativeResponse.prototype, ({ native }) => native)
  }
}

/** Light or not. */
export const isResponse = (value: unknown): value is Response =>
  LightResponse.of(value) !== undefined || value instanceof NativeResponse

/** The body of a response that nobody has read yet, where it is at hand as a whole. */
export const unreadBody = (response: Response): string | Uint8Array | undefined =>
  LightResponse.of(response)?.unread

/** A line for each header, `name: value` with the name in lower case and a line end. */
export const headerLines = (response: Response): string =>
  LightResponse.of(response)?.headerLines ?? linesOf(response.headers)

/** Makes `new Response(text or bytes, …)` light in this process; everything else of `Response` stays the web's own. */
export function takeResponsesOver(): void {
  // A proxy would be shorter, and slower.
  function Response(body: unknown = null, init: Init = undefined): unknown {
    const isLight = new.target === Response
    return (
      (isLight ? light(body, init) : undefined) ?? Reflect.construct(NativeResponse, [body, init], new.target)
    )
  }
  Object.setPrototypeOf(Response, NativeResponse)
  Object.defineProperty(Response, 'prototype', { value: NativeResponse.prototype, writable: false })
  Reflect.set(globalThis, 'Response', Response)
}

/** Only what needs none of the checks that `Response` makes. */
function light(body: unknown, init: Init): LightResponse | undefined {
  if (typeof body !== 'string' && !isWholeArray(body)) return undefined
  const status = init?.status ?? 200
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined
  if (status === 204 || status === 205 || status === 304) return undefined
  if (init?.statusText !== undefined && init.statusText !== '') return undefined
  const type = typeof body === 'string' ? 'text/plain;charset=UTF-8' : undefined
  const given = init?.headers
  const lines = given === undefined ? '' : plainLines(given)
  const headers = lines === undefined ? checkedHeaders(given, type) : withType(lines, type)
  // As the web's own does: whoever gave the bytes may use their memory again. `slice` of a `Buffer` is no copy.
  return new LightResponse(typeof body === 'string' ? body : new Uint8Array(body), status, headers)
}

/** `type`: the content type where none is given. */
function withType(lines: string, type: string | undefined): string {
  return type === undefined || hasLine(lines, 'content-type') ? lines : `${lines}content-type: ${type}\r\n`
}

function checkedHeaders(given: GivenHeaders, type: string | undefined): Headers {
  const headers = new Headers(given)
  if (type !== undefined && !headers.has('content-type')) headers.set('content-type', type)
  return headers
}

const isWholeArray = (body: unknown): body is Uint8Array<ArrayBuffer> =>
  body instanceof Uint8Array && body.buffer instanceof ArrayBuffer
