/** Log text made safe to show: it comes from whoever can write a log, and a terminal obeys what it is sent. */

/** Control characters, the C1 ones and those that change the direction of text. */
const unsafe = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** `text` on one line, with unsafe characters as `\x1b`, cut to `limit` UTF-16 units. */
export function printable(text: string, limit = 300): string {
  const shown = text.length > limit ? `${text.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}…` : text
  return shown.replace(unsafe, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
  })
}
