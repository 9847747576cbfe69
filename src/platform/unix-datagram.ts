/** Datagrams to a Unix socket, which Node itself does not have: libc's own calls, through koffi, where it is installed. */

export type Sending =
  | { readonly kind: 'sent' }
  /** `errno` of sendto(2), by its name where that is known: EAGAIN, ENOENT, ECONNREFUSED, EMSGSIZE … */
  | { readonly kind: 'failed'; readonly code: string }

/** Sends one datagram to the socket of that path; never waits. */
export type SendDatagram = (path: string, bytes: Buffer) => Sending

/** See socket(2) and sendto(2); these numbers are the same on every Linux that Node runs on. */
const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000

/** Of sun_path, with the zero behind it; see unix(7). */
const longestPathBytes = 108

/** `undefined` where koffi, or the libc that it is to call, is not there. */
export async function openDatagrams(): Promise<SendDatagram | undefined> {
  try {
    const { default: koffi } = await import('koffi')
    const libc = koffi.load('libc.so.6')
    const socket = libc.func('int socket(int, int, int)')
    const sendto = libc.func('long sendto(int, const void *, size_t, int, const void *, uint)')
    // Two names may stand for one number.
    const { EWOULDBLOCK, ...errno } = koffi.os.errno
    const names = new Map(Object.entries(errno).map(([name, number]) => [number, name]))
    const failed = (): Sending => {
      const number = koffi.errno()
      return { kind: 'failed', code: names.get(number) ?? `errno ${number}` }
    }
    const descriptor: number = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)
    if (descriptor < 0) return undefined
    return (path, bytes) => {
      const address = addressOf(path)
      if (address === undefined) return { kind: 'failed', code: 'ENAMETOOLONG' }
      const sent: number = sendto(
        descriptor,
        bytes,
        bytes.length,
        MSG_DONTWAIT | MSG_NOSIGNAL,
        address,
        address.length,
      )
      return sent < 0 ? failed() : { kind: 'sent' }
    }
  } catch (error) {
    // Not installed, or not for this machine: whoever asks has another way.
    if (error instanceof Error) return undefined
    throw error
  }
}

/** A sockaddr_un. A path that begins with `@` is an abstract one. */
function addressOf(path: string): Buffer | undefined {
  const isAbstract = path.startsWith('@')
  const name = Buffer.from(isAbstract ? `\0${path.slice(1)}` : `${path}\0`)
  if (name.length > longestPathBytes) return undefined
  const family = Buffer.alloc(2)
  if (isLittleEndian) family.writeUInt16LE(AF_UNIX)
  else family.writeUInt16BE(AF_UNIX)
  return Buffer.concat([family, name])
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
