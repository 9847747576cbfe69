/** The text of the unit for the program that is to run. Pure. */

/** Where a command line of the unit that comes with the watchdog names its program. */
const packagedProgram = /^(Exec\w+=)\/usr\/bin\/watchdog /gm

/** `text` with `program` and its first arguments in the place of the packaged one, which stays where it is undefined. */
export const unitText = (text: string, program: readonly string[] | undefined): string =>
  program === undefined
    ? text
    : text.replace(packagedProgram, (_, setting: string) => `${setting}${program.map(execWord).join(' ')} `)

/** One word of a command line as systemd.service(5) reads them. */
function execWord(word: string): string {
  const escaped = word
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped}"`
}
