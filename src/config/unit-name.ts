/** Names of systemd units, by the rules of systemd itself (unit_name_is_valid). Pure. */

const suffixes = [
  'service',
  'socket',
  'target',
  'device',
  'mount',
  'automount',
  'swap',
  'timer',
  'path',
  'slice',
  'scope',
]

/** What is wrong with `name` as the name of a unit to act upon; undefined where nothing is. */
export function unitNameProblem(name: string): string | undefined {
  const expected = 'expected the name of a unit such as site.service'
  if (name.includes('{'))
    return `${expected}, got ${JSON.stringify(name)}; text of a log must not choose a unit, so name it`
  if (name.length > 255) return `${expected}, got ${name.length} characters; a name has at most 255`
  const bad = /[^a-zA-Z0-9:_.\\@-]/.exec(name)
  if (bad !== null)
    return `${expected}, got ${JSON.stringify(name)}; ${JSON.stringify(bad[0])} cannot stand in a name`
  const dot = name.lastIndexOf('.')
  if (dot < 0 || !suffixes.includes(name.slice(dot + 1))) {
    return `${expected}, got ${JSON.stringify(name)} without a suffix; did you mean "${name}.service"?`
  }
  if (dot === 0 || name.startsWith('@'))
    return `${expected}, got ${JSON.stringify(name)}; there is no name before the suffix`
  if (name.slice(0, dot).endsWith('@'))
    return `${expected}, got the template ${JSON.stringify(name)}; name an instance of it`
  return undefined
}
