/**
 * The web's `Request` of an exchange, made only when an application looks at it beyond method, address and signal. Making
 * one costs a quarter of a small request.
 */

import type { Exchange } from './exchange.ts'
import { requestHeaders } from './request-headers.ts'
import { requestUrl } from './request-url.ts'
import { followHeaders, standIn } from './stand-in.ts'

const NativeRequest = globalThis.Request
const nativeFetch = globalThis.fetch

class LazyRequest {
  readonly #exchange: Exchange
  #url: string | undefined
  #headers: Headers | undefined
  #native: Request | undefined

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  get method(): string {
    return this.#native?.method ?? normalized(this.#exchange.method)
  }

  get url(): string {
    this.#url ??= new URL(requestUrl(this.#exchange.params)).href
    return this.#url
  }

  get signal(): AbortSignal {
    return this.#exchange.signal
  }

  get headers(): Headers {
    this.#headers ??= requestHeaders(this.#exchange.rawParams)
    return this.#headers
  }

  get native(): Request {
    if (this.#native !== undefined) {
      followHeaders(this.#native.headers, this.#headers)
      return this.#native
    }
    const exchange = this.#exchange
    const { method } = this
    const hasBody = method !== 'GET' && method !== 'HEAD'
    this.#native = new NativeRequest(this.url, {
      method,
      headers: this.headers,
      signal: exchange.signal,
      ...(hasBody ? { body: bodyOf(exchange), duplex: 'half' } : {}),
    })
    return this.#native
  }

  static {
    standIn(LazyRequest.prototype, NativeRequest.prototype, ({ native }) => native)
  }
}

/** The request as applications get it: an instance of `Request` in every way, once `takeRequestsOver` was called. */
export function lazyRequest(exchange: Exchange): Request {
  const lazy: unknown = new LazyRequest(exchange)
  if (!(lazy instanceof NativeRequest)) throw new TypeError('a lazy request is no Request')
  return lazy
}

/** Lets `fetch` and `new Request` take a lazy request for what it stands for. Once for each process. */
export function takeRequestsOver(): void {
  const unwrapped = (input: unknown): unknown => (input instanceof LazyRequest ? input.native : input)
  globalThis.Request = new Proxy(NativeRequest, {
    construct: (target, [input, ...rest], self) =>
      Reflect.construct(target, [unwrapped(input), ...rest], self),
  })
  globalThis.fetch = new Proxy(nativeFetch, {
    apply: (target, self, [input, ...rest]) => Reflect.apply(target, self, [unwrapped(input), ...rest]),
  })
}

/** As `Request` does: https://fetch.spec.whatwg.org/#concept-method-normalize */
function normalized(method: string): string {
  const upper = method.toUpperCase()
  return ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'].includes(upper) ? upper : method
}

function bodyOf(exchange: Exchange): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const chunk = await exchange.body.next()
        if (chunk === undefined) controller.close()
        else controller.enqueue(chunk)
      },
      cancel: () => exchange.body.discard(),
    },
    { highWaterMark: 0 },
  )
}
