/** A small mail server (RFC 5321), which takes mail or does whatever a bad one does. */

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createInterface, type Interface } from 'node:readline'
import { createSecureContext, TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'

export interface TakenMail {
  readonly from: string
  readonly to: readonly string[]
  /** Headers and text as they came, with lines that end in \n. */
  readonly text: string
}

export interface SmtpConduct {
  /** Answers instead of the ordinary ones, by the first word of the command; `greeting` and `end` (of the data) are such words. */
  readonly answers?: Readonly<Record<string, string | 'hang' | 'die'>>
  /** Logging in is offered, and needed. */
  readonly login?: { readonly user: string; readonly password: string }
  /** STARTTLS is offered, with a certificate for localhost that signed itself. */
  readonly starttls?: true
}

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url))
export const certificatePath = fileURLToPath(new URL('../fixtures/tls/certificate.pem', import.meta.url))

export class SmtpServer {
  readonly taken: TakenMail[] = []
  /** Every command of every session, but not the mail itself; those that came encrypted begin with `tls:`. */
  readonly commands: string[] = []
  conduct: SmtpConduct
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(conduct: SmtpConduct) {
    this.conduct = conduct
    this.#server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => socket.destroy())
      new Session(this, socket).begin()
    })
  }

  static async start(conduct: SmtpConduct = {}): Promise<SmtpServer> {
    const server = new SmtpServer(conduct)
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

class Session {
  readonly #server: SmtpServer
  readonly #socket: Socket
  readonly #lines: Interface
  #from = ''
  #to: string[] = []
  #data: string[] | undefined
  #mayMail: boolean

  constructor(server: SmtpServer, socket: Socket) {
    this.#server = server
    this.#socket = socket
    this.#mayMail = server.conduct.login === undefined
    this.#lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })
      .on('line', (line) => this.#onLine(line))
      .on('error', () => socket.destroy())
  }

  begin(): void {
    this.#answer('greeting', '220 mail.test ESMTP')
  }

  get #isEncrypted(): boolean {
    return this.#socket instanceof TLSSocket
  }

  /** The rest of the session is another one, over TLS. */
  #encrypt(): void {
    this.#answer('STARTTLS', '220 go on')
    this.#lines.close()
    this.#socket.removeAllListeners('data')
    const secureContext = createSecureContext({ key: fixture('key.pem'), cert: fixture('certificate.pem') })
    const socket = new TLSSocket(this.#socket, { isServer: true, secureContext })
    socket.on('error', () => socket.destroy())
    new Session(this.#server, socket)
  }

  #onLine(line: string): void {
    if (this.#data === undefined) {
      this.#onCommand(line)
      return
    }
    if (line !== '.') {
      this.#data.push(line.startsWith('.') ? line.slice(1) : line)
      return
    }
    const text = this.#data.join('\n')
    this.#data = undefined
    const isTaken = this.#server.conduct.answers?.['end'] === undefined
    if (isTaken) this.#server.taken.push({ from: this.#from, to: this.#to, text })
    this.#answer('end', '250 taken')
  }

  #onCommand(line: string): void {
    this.#server.commands.push(this.#isEncrypted ? `tls: ${line}` : line)
    const [word = '', ...rest] = line.split(' ')
    const command = word.toUpperCase()
    const { login, starttls } = this.#server.conduct
    const address = /<([^>]*)>/.exec(line)?.[1] ?? ''
    switch (command) {
      case 'EHLO': {
        const offers = [
          'mail.test',
          ...(starttls === undefined || this.#isEncrypted ? [] : ['STARTTLS']),
          ...(login === undefined ? [] : ['AUTH PLAIN']),
        ]
        const lines = offers.map((offer, index) => `250${index === offers.length - 1 ? ' ' : '-'}${offer}`)
        this.#answer(command, lines.join('\r\n'))
        break
      }
      case 'STARTTLS':
        this.#encrypt()
        break
      case 'AUTH': {
        const [, user, password] = Buffer.from(rest[1] ?? '', 'base64')
          .toString()
          .split('\0')
        this.#mayMail = user === login?.user && password === login?.password
        // As unkind as can be: it repeats what it was told.
        this.#answer(command, this.#mayMail ? '235 welcome' : `535 not with ${password} (${rest[1]})`)
        break
      }
      case 'MAIL':
        this.#from = address
        this.#to = []
        this.#answer(command, this.#mayMail ? '250 ok' : '530 log in first')
        break
      case 'RCPT':
        this.#to.push(address)
        this.#answer(command, '250 ok')
        break
      case 'DATA':
        this.#data = []
        this.#answer(command, '354 go on')
        break
      case 'QUIT':
        this.#answer(command, '221 bye')
        this.#socket.end()
        break
      default:
        this.#answer(command, '250 ok')
    }
  }

  #answer(word: string, ordinary: string): void {
    const answer = this.#server.conduct.answers?.[word] ?? ordinary
    if (answer === 'hang') return
    if (answer === 'die') this.#socket.destroy()
    else this.#socket.write(`${answer}\r\n`)
  }
}
