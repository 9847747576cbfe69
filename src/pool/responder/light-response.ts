/**
 * The `Response` of a worker: bodies of text or bytes are kept as they are, and the web's own `Response` is made only when
 * one asks for more than status, headers and body. Making that one costs more than the rest of a small request.
 */

const NativeResponse = globalThis.Response

type Init = ResponseInit | undefined
type GivenHeaders = ResponseInit['headers']

/** Names in lower case, each once, and values that `Headers` would take as they are. */
type PlainHeaders = [name: string, value: string][]

class LightResponse {
  readonly #status: number
  #headers: Headers | PlainHeaders
  readonly #body: string | Uint8Array<ArrayBuffer>
  #native: Response | undefined

  constructor(body: string | Uint8Array<ArrayBuffer>, status: number, headers: Headers | PlainHeaders) {
    this.#body = body
    this.#status = status
    this.#headers = headers
  }

  get status(): number {
    return this.#status
  }

  get ok(): boolean {
    return this.#status < 300
  }

  get headers(): Headers {
    if (Array.isArray(this.#headers)) this.#headers = new Headers(this.#headers)
    return this.#headers
  }

  /** The headers as they are by now. */
  get headerLines(): Headers | PlainHeaders {
    return this.#headers
  }

  get native(): Response {
    this.#native ??= new NativeResponse(this.#body, { status: this.#status, headers: this.headers })
    return this.#native
  }

  /** The body, while nobody has read it. */
  get unread(): string | Uint8Array | undefined {
    return this.#native === undefined ? this.#body : undefined
  }

  static {
    for (const name of ['body', 'bodyUsed', 'redirected', 'statusText', 'type', 'url'] as const) {
      Object.defineProperty(LightResponse.prototype, name, {
        configurable: true,
        get(this: LightResponse): unknown {
          return Reflect.get(this.native, name)
        },
      })
    }
    for (const name of ['arrayBuffer', 'blob', 'bytes', 'clone', 'formData', 'json', 'text'] as const) {
      Object.defineProperty(LightResponse.prototype, name, {
        configurable: true,
        value(this: LightResponse): unknown {
          const method: unknown = Reflect.get(this.native, name)
          if (typeof method !== 'function') throw new TypeError(`response.${name} is not a function`)
          return Reflect.apply(method, this.native, [])
        },
      })
    }
    Object.setPrototypeOf(LightResponse.prototype, NativeResponse.prototype)
  }
}

/** Light or not. */
export const isResponse = (value: unknown): value is Response => value instanceof NativeResponse

/** The body of a response that nobody has read yet, where it is at hand as a whole. */
export function unreadBody(response: Response): string | Uint8Array | undefined {
  const given: unknown = response
  return given instanceof LightResponse ? given.unread : undefined
}

/** Names in lower case with their values. */
export function headersOf(response: Response): Iterable<readonly [name: string, value: string]> {
  const given: unknown = response
  return given instanceof LightResponse ? given.headerLines : response.headers
}

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
  const headers = plainHeaders(init?.headers, type) ?? checkedHeaders(init?.headers, type)
  return new LightResponse(typeof body === 'string' ? body : body.slice(), status, headers)
}

/** `type`: the content type where none is given. */
function checkedHeaders(given: GivenHeaders, type: string | undefined): Headers {
  const headers = new Headers(given)
  if (type !== undefined && !headers.has('content-type')) headers.set('content-type', type)
  return headers
}

const plainName = /^[a-z0-9-]+$/
const plainValue = /^[!-~](?:[ -~]*[!-~])?$/

/** Of an ordinary object with ordinary names and values; all else is for `Headers` to take or to refuse. */
function plainHeaders(given: GivenHeaders = {}, type: string | undefined): PlainHeaders | undefined {
  if (Object.getPrototypeOf(given) !== Object.prototype) return undefined
  const headers: PlainHeaders = []
  let hasType = false
  for (const name of Object.keys(given)) {
    const value: unknown = Reflect.get(given, name)
    const lower = name.toLowerCase()
    if (typeof value !== 'string' || !plainName.test(lower) || !plainValue.test(value)) return undefined
    if (headers.some(([other]) => other === lower)) return undefined
    if (lower === 'content-type') hasType = true
    headers.push([lower, value])
  }
  if (type !== undefined && !hasType) headers.push(['content-type', type])
  return headers
}

const isWholeArray = (body: unknown): body is Uint8Array<ArrayBuffer> =>
  body instanceof Uint8Array && body.buffer instanceof ArrayBuffer
