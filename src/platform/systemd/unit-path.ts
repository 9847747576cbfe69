/** Names of units as D-Bus object paths. */

/**
 * The object path of a unit: every byte but letters and digits, and a digit at the start, is written as `_` and two hex
 * digits, as sd_bus_path_encode(3) does.
 */
export const unitPath = (unit: string): string =>
  `/org/freedesktop/systemd1/unit/${Array.from(Buffer.from(unit), encoded).join('')}`

function encoded(byte: number, index: number): string {
  const character = String.fromCharCode(byte)
  return (index === 0 ? /[A-Za-z]/ : /[A-Za-z0-9]/).test(character)
    ? character
    : `_${byte.toString(16).padStart(2, '0')}`
}
