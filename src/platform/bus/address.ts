/** Finds the Unix socket on which a message bus listens, from the addresses that the D-Bus specification defines. */

/** An absolute path, or a name in the abstract namespace with a zero byte in front, as `net.connect` takes both. */
export type BusSocket =
  | { readonly kind: 'socket'; readonly path: string }
  /** `message` says which address is of no use, and why. */
  | { readonly kind: 'unusable'; readonly message: string }

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The socket of `address`: an address in the D-Bus form (`unix:path=/run/bus;…`, of which the first usable one is
 * taken), or `system` or `session` for the bus that the environment or the system's convention names.
 */
export function busSocket(address: string, environment: Environment): BusSocket {
  const runtime = environment['XDG_RUNTIME_DIR']
  if (address === 'system') {
    return firstUsable(
      environment['DBUS_SYSTEM_BUS_ADDRESS'] || 'unix:path=/run/dbus/system_bus_socket',
      runtime,
    )
  }
  if (address === 'session') {
    return firstUsable(environment['DBUS_SESSION_BUS_ADDRESS'] || 'unix:runtime=yes', runtime)
  }
  return firstUsable(address, runtime)
}

function firstUsable(addresses: string, runtime: string | undefined): BusSocket {
  const path = addresses
    .split(';')
    .map((address) => unixSocket(address, runtime))
    .find((found) => found !== undefined)
  if (path === undefined) {
    const missing =
      addresses === 'unix:runtime=yes' ? '; set XDG_RUNTIME_DIR or DBUS_SESSION_BUS_ADDRESS' : ''
    return {
      kind: 'unusable',
      message: `cannot use bus address "${addresses}": expected unix:path=…${missing}`,
    }
  }
  // dbus-next splits what it is given at these and unescapes nothing.
  return /[:;,=]/.test(path)
    ? {
        kind: 'unusable',
        message: `cannot use bus socket "${path}": a path with one of : ; , = is not supported`,
      }
    : { kind: 'socket', path }
}

function unixSocket(address: string, runtime: string | undefined): string | undefined {
  if (!address.startsWith('unix:')) return undefined
  const parts = new Map<string, string>()
  for (const part of address.slice('unix:'.length).split(',')) {
    const equals = part.indexOf('=')
    if (equals > 0) parts.set(part.slice(0, equals), percentDecoded(part.slice(equals + 1)))
  }
  if (parts.get('runtime') === 'yes' && runtime) return `${runtime}/bus`
  const abstract = parts.get('abstract')
  return parts.get('path') ?? (abstract === undefined ? undefined : `\0${abstract}`)
}

/** `%2f` is a byte; https://dbus.freedesktop.org/doc/dbus-specification.html#addresses */
const percentDecoded = (value: string): string =>
  Buffer.from(
    value.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString()
