/** Names in the place of real ones: the same for the same, another for another, and of the same shape. Pure. */

import type { Kind } from './sensitive.ts'

export class Pseudonyms {
  readonly #names = new Map<Kind, Map<string, string>>()
  readonly #isTaken: (name: string) => boolean

  /** A name of which `isTaken` says that it is there already is not given. */
  constructor(isTaken: (name: string) => boolean) {
    this.#isTaken = isTaken
  }

  of(kind: Kind, value: string): string {
    const names = this.#names.get(kind) ?? new Map<string, string>()
    this.#names.set(kind, names)
    const known = names.get(value)
    if (known !== undefined) return known
    const given = new Set(names.values())
    for (let number = names.size + 1; ; number++) {
      const name = nameOf(kind, value, number)
      // After so many every name of the length may be taken.
      if ((given.has(name) || this.#isTaken(name)) && number < names.size + mostTries) continue
      names.set(value, name)
      return name
    }
  }

  /** How many different values of each kind have a name. */
  get counts(): ReadonlyMap<Kind, number> {
    return new Map([...this.#names].map(([kind, names]) => [kind, names.size]))
  }
}

const mostTries = 1_000

/** Addresses are those that are reserved for documentation and tests: RFC 2544, 3849, 2606. */
function nameOf(kind: Kind, value: string, number: number): string {
  switch (kind) {
    case 'ipv4':
      return `198.${18 + ((number >> 16) & 1)}.${(number >> 8) & 255}.${number & 255}`
    case 'ipv6':
      return `2001:db8::${number.toString(16)}`
    case 'mac': {
      const digits = `02${hex(number, 10)}`
      return (digits.match(/../g) ?? []).join(value.charAt(2))
    }
    case 'email':
      return `user${number}@example.org`
    case 'domain':
      return `domain${number}.example`
    case 'host':
      return `host${number}`
    case 'user':
      return `user${number}`
    case 'uuid':
      return `00000000-0000-4000-8000-${hex(number, 12)}`
    case 'hex':
      return hex(number, value.length)
    case 'token':
      return `token${number}`.padEnd(value.length, 'x')
    case 'secret':
      return /^\d+$/.test(value) ? String(number) : `secret${number}`
    case 'value':
      return /^\d+$/.test(value) ? String(number) : `value${number}`
  }
}

const hex = (number: number, length: number): string => number.toString(16).padStart(length, '0')
