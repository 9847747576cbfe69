/** Bytes of a rule file as text, or why they are none. Pure. */

import { expectedGot } from '../mistake.ts'

/** Largest rule file, in bytes. Thousands of rules fit in; a log that was given by mistake does not. */
export const sizeLimit = 4 * 1024 * 1024

const byteOrderMark = '\ufeff'

export type Decoded =
  | { readonly ok: true; readonly text: string }
  /** `text` is what could be made of it, and `offset` where in it the mistake is. */
  | {
      readonly ok: false
      readonly code: 'not-text' | 'too-large'
      readonly message: string
      readonly text: string
      readonly offset: number
    }

export function decode(input: string | Uint8Array): Decoded {
  if (input.length > sizeLimit) {
    const message = expectedGot('at most 4 MiB of rules', `${input.length} bytes`, 'is this a rule file?')
    return { ok: false, code: 'too-large', message, text: '', offset: 0 }
  }
  const decoded =
    typeof input === 'string' ? input : new TextDecoder('utf-8', { ignoreBOM: true }).decode(input)
  const invalid = typeof input === 'string' ? undefined : invalidByte(input, decoded)
  const mark = decoded.startsWith(byteOrderMark) ? byteOrderMark.length : 0
  const text = decoded.slice(mark)
  const notText = (message: string, offset: number): Decoded => ({
    ok: false,
    code: 'not-text',
    message,
    text,
    offset: offset - mark,
  })
  if (invalid !== undefined) {
    const byte = `byte 0x${invalid.byte.toString(16).padStart(2, '0')} at offset ${invalid.byteOffset}`
    return notText(expectedGot('UTF-8', byte, 'save the file as UTF-8'), invalid.offset)
  }
  const nul = decoded.indexOf('\0')
  if (nul >= 0) return notText(expectedGot('text', 'a NUL character', 'is this a rule file?'), nul)
  return { ok: true, text }
}

/** The first byte that is no UTF-8: decoding left a replacement character where the bytes have none. */
function invalidByte(
  bytes: Uint8Array,
  decoded: string,
): { byte: number; byteOffset: number; offset: number } | undefined {
  let byteOffset = 0
  let from = 0
  for (const { index } of decoded.matchAll(/\ufffd/g)) {
    byteOffset += Buffer.byteLength(decoded.slice(from, index))
    from = index
    const [byte = 0, second, third] = bytes.subarray(byteOffset, byteOffset + 3)
    if (byte !== 0xef || second !== 0xbf || third !== 0xbd) return { byte, byteOffset, offset: index }
  }
  return undefined
}
