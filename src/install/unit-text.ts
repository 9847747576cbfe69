/** The text of the unit for the program that is to run. Pure. */

/** As the unit that comes with the watchdog names its program. */
const packagedProgram = 'ExecStart=/usr/bin/watchdog '

/** `text` with `program` and its first arguments in the place of the packaged one. */
export function unitText(text: string, program: readonly string[] | undefined): string {
  if (program === undefined) return text
  if (!text.includes(packagedProgram)) throw new Error('the unit does not start /usr/bin/watchdog')
  return text.replace(packagedProgram, () => `ExecStart=${program.map(execWord).join(' ')} `)
}

/** One word of a command line as systemd.service(5) reads them. */
function execWord(word: string): string {
  const escaped = word
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped}"`
}
