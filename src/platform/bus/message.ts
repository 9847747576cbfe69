/** What goes over a message bus, as plain data: the only words for it that the rest of the program knows. */

import type { Buffer } from 'node:buffer'

/** A value from the bus: variants are unwrapped, a dictionary is a map, `ay` a buffer, 64-bit integers are bigint. */
export type BusValue =
  | string
  | number
  | bigint
  | boolean
  | Buffer
  | readonly BusValue[]
  | ReadonlyMap<string, BusValue>

export interface MethodCall {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  /** D-Bus signature of `body`; both are absent for a call without arguments. */
  readonly signature?: string
  readonly body?: readonly (string | number)[]
}

/** What became of a method call. */
export type Reply =
  | { readonly kind: 'reply'; readonly body: readonly BusValue[] }
  /** The service, or the bus in its place, answered with an error. */
  | { readonly kind: 'error'; readonly name: string; readonly message: string }
  /** It surely had no effect: it never left, because the bus was away until the time was up. */
  | { readonly kind: 'unsent'; readonly message: string }
  /** It was sent, and the time was up or the bus lost before an answer came: it may have had its effect. */
  | { readonly kind: 'unanswered'; readonly message: string }

export interface Signal {
  /** Unique name of the sender, set by the bus itself: what a signal says is worth no more than who sent it. */
  readonly sender: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly body: readonly BusValue[]
}
