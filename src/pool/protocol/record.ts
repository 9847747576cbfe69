/** Records of FastCGI 1.0 as bytes: https://fastcgi-archives.github.io/FastCGI_Specification.html#S3.3 */

export const recordType = {
  beginRequest: 1,
  abortRequest: 2,
  endRequest: 3,
  params: 4,
  stdin: 5,
  stdout: 6,
  stderr: 7,
  data: 8,
  getValues: 9,
  getValuesResult: 10,
  unknownType: 11,
} as const

export const protocolStatus = { complete: 0, cannotMultiplex: 1, overloaded: 2, unknownRole: 3 } as const

export const role = { responder: 1, authorizer: 2, filter: 3 } as const

export const headerBytes = 8
export const maxContentBytes = 65_535
/** Of an `endRequest` record with its header. */
export const endRequestBytes = 16

/** What streams are cut into: the greatest content that is a multiple of 8 and so needs no padding. */
const chunkBytes = 65_528

/** Writes a record's header; returns the offset behind it. */
export function writeHeader(
  target: Buffer,
  offset: number,
  type: number,
  id: number,
  contentBytes: number,
): number {
  target[offset] = 1
  target[offset + 1] = type
  target[offset + 2] = id >>> 8
  target[offset + 3] = id & 0xff
  target[offset + 4] = contentBytes >>> 8
  target[offset + 5] = contentBytes & 0xff
  target[offset + 6] = 0
  target[offset + 7] = 0
  return offset + headerBytes
}

/** A record's header, each byte a character. */
export const headerText = (type: number, id: number, contentBytes: number): string =>
  String.fromCharCode(1, type, id >>> 8, id & 0xff, contentBytes >>> 8, contentBytes & 0xff, 0, 0)

const completeTexts = new Map<number, string>()

/** The end of STDOUT, and of a request that is complete with the status 0, each byte a character. */
export function completeText(id: number): string {
  const known = completeTexts.get(id)
  if (known !== undefined) return known
  const end = [record(recordType.stdout, id), endRequest(id, 0, protocolStatus.complete)]
  const text = Buffer.concat(end).toString('latin1')
  // Web servers use few ids, from 1 on.
  if (id < 256) completeTexts.set(id, text)
  return text
}

/** Writes a whole END_REQUEST record; returns the offset behind it. */
export function writeEndRequest(
  target: Buffer,
  offset: number,
  id: number,
  appStatus: number,
  status: number,
): number {
  const content = writeHeader(target, offset, recordType.endRequest, id, 8)
  target.writeUInt32BE(appStatus >>> 0, content)
  target.writeUInt32BE(status << 24, content + 4)
  return content + 8
}

/** One record of any type; `content` is at most `maxContentBytes`. */
export function record(type: number, id: number, content: Uint8Array = new Uint8Array(0)): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + content.length)
  writeHeader(bytes, 0, type, id, content.length)
  bytes.set(content, headerBytes)
  return bytes
}

export function endRequest(id: number, appStatus: number, status: number): Buffer {
  const bytes = Buffer.allocUnsafe(endRequestBytes)
  writeEndRequest(bytes, 0, id, appStatus, status)
  return bytes
}

/** BEGIN_REQUEST as a web server sends it. */
export function beginRequest(
  id: number,
  keepConnection: boolean,
  requestRole: number = role.responder,
): Buffer {
  return record(
    recordType.beginRequest,
    id,
    Uint8Array.of(requestRole >>> 8, requestRole & 0xff, keepConnection ? 1 : 0, 0, 0, 0, 0, 0),
  )
}

/** The records of a part of a stream, in order; none for no bytes, as an empty record would end the stream. */
export function streamRecords(type: number, id: number, content: Uint8Array): Buffer[] {
  const records: Buffer[] = []
  for (let start = 0; start < content.length; start += chunkBytes) {
    records.push(record(type, id, content.subarray(start, start + chunkBytes)))
  }
  return records
}
