/** Objects that stand for others of the web's own classes, which are made only when more is asked of them. */

/**
 * Gives a class whatever it has not itself of a native one, by the native object that `nativeOf` gives for an instance, and lets
 * its instances pass for native ones.
 */
export function standIn<Instance extends object>(
  prototype: Instance,
  native: object,
  nativeOf: (instance: Instance) => object,
): void {
  Reflect.deleteProperty(prototype, 'constructor')
  for (const [name, { get, value }] of Object.entries(Object.getOwnPropertyDescriptors(native))) {
    if (name === 'constructor' || Object.hasOwn(prototype, name)) continue
    if (get !== undefined) {
      Object.defineProperty(prototype, name, {
        configurable: true,
        get(this: Instance): unknown {
          return Reflect.get(nativeOf(this), name)
        },
      })
    } else if (typeof value === 'function') {
      Object.defineProperty(prototype, name, {
        configurable: true,
        value(this: Instance, ...args: unknown[]): unknown {
          return Reflect.apply(value, nativeOf(this), args)
        },
      })
    }
  }
  Object.setPrototypeOf(prototype, native)
}

/** Makes `to` what `from` has become since it was made of it. */
export function followHeaders(to: Headers, from: Headers | undefined): void {
  if (from === undefined || from === to) return
  for (const name of [...to.keys()]) to.delete(name)
  for (const [name, value] of from) to.append(name, value)
}
