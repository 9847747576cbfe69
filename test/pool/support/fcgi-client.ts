/** A FastCGI client for tests: one connection, whose requests are answered in any order. */

import { connect, type Socket } from 'node:net'
import { RecordDecoder } from '../../../src/pool/protocol/decoder.ts'
import { encodePairs } from '../../../src/pool/protocol/name-values.ts'
import { beginRequest, record, recordType, streamRecords } from '../../../src/pool/protocol/record.ts'

export interface Answer {
  readonly stdout: string
  readonly stderr: string
  readonly appStatus: number
  readonly protocolStatus: number
}

export interface FcgiClient {
  readonly socket: Socket
  /** Sends a request; rejects when the connection ends before the answer has. */
  request(
    id: number,
    params: Readonly<Record<string, string>>,
    body?: string,
    keep?: boolean,
  ): Promise<Answer>
  /** Content of the next record with id 0. */
  management(): Promise<{ readonly type: number; readonly content: Buffer }>
  readonly closed: Promise<void>
  close(): void
}

export async function fcgiClient(address: string): Promise<FcgiClient> {
  const [host, port] = address.split(':')
  const socket = address.startsWith('/') ? connect(address) : connect(Number(port), host)
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  const open = new Map<number, { out: Buffer[]; err: Buffer[]; settle: (answer: Answer | Error) => void }>()
  const told: ((record: { type: number; content: Buffer }) => void)[] = []
  const decoder = new RecordDecoder((type, id, bytes, start, end) => {
    const content = Buffer.from(bytes.subarray(start, end))
    if (id === 0) told.shift()?.({ type, content })
    const request = open.get(id)
    if (request === undefined) return
    if (type === recordType.stdout) request.out.push(content)
    else if (type === recordType.stderr) request.err.push(content)
    else if (type === recordType.endRequest) {
      open.delete(id)
      request.settle({
        stdout: Buffer.concat(request.out).toString('latin1'),
        stderr: Buffer.concat(request.err).toString(),
        appStatus: content.readUInt32BE(0),
        protocolStatus: content[4] ?? -1,
      })
    }
  })
  socket.on('data', (chunk: Buffer) => decoder.push(chunk))
  socket.on('error', () => socket.destroy())
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  void closed.then(() => {
    for (const { settle } of open.values()) settle(new Error('the connection was closed'))
  })
  return {
    socket,
    closed,
    close: () => socket.destroy(),
    management: () => new Promise((resolve) => told.push(resolve)),
    request: (id, params, body = '', keep = true) =>
      new Promise((resolve, reject) => {
        const settle = (answer: Answer | Error): void =>
          answer instanceof Error ? reject(answer) : resolve(answer)
        open.set(id, { out: [], err: [], settle })
        socket.write(
          Buffer.concat([
            ...requestRecords(id, params, keep),
            ...streamRecords(recordType.stdin, id, Buffer.from(body)),
            record(recordType.stdin, id),
          ]),
        )
      }),
  }
}

/** BEGIN_REQUEST and the whole PARAMS stream. */
export const requestRecords = (
  id: number,
  params: Readonly<Record<string, string>>,
  keep: boolean,
): Buffer[] => [
  beginRequest(id, keep),
  ...streamRecords(recordType.params, id, encodePairs(Object.entries(params))),
  record(recordType.params, id),
]
