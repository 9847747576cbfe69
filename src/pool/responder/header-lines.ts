/** Headers as the lines of a head: `name: value` with the name in lower case and a line end, each. */

export function linesOf(headers: Headers): string {
  let lines = ''
  for (const [name, value] of headers) lines += `${name}: ${value}\r\n`
  return lines
}

export function headersIn(lines: string): Headers {
  const headers = new Headers()
  for (const line of lines.split('\r\n')) {
    const colon = line.indexOf(': ')
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 2))
  }
  return headers
}

/** Whether there is a header of this name, in lower case, among the lines. */
export function hasLine(lines: string, name: string): boolean {
  const start = `${name}: `
  return lines.startsWith(start) || lines.includes(`\r\n${start}`)
}

/**
 * The lines of an ordinary object with ordinary names, each once, and values that `Headers` would take as they are;
 * `undefined` of all else, which is for `Headers` to take or to refuse.
 */
export function plainLines(given: object): string | undefined {
  if (!isPlain(given)) return undefined
  let lines = ''
  for (const name of Object.keys(given)) {
    const header = headerOf(name, given[name])
    if (header === undefined || (lines !== '' && hasLine(lines, header.name))) return undefined
    lines += header.line
  }
  return lines
}

const isPlain = (given: object): given is Readonly<Record<string, unknown>> =>
  given.constructor === Object && !(Symbol.iterator in given)

interface Header {
  /** In lower case. */
  readonly name: string
  readonly value: string
  readonly line: string
}

/** The last of each name, as it was given: most responses have the same headers again. */
const lastHeaders = new Map<string, Header>()
const mostNames = 64

const plainName = /^[a-z0-9-]+$/
const plainValue = /^[!-~](?:[ -~]*[!-~])?$/

function headerOf(given: string, value: unknown): Header | undefined {
  const last = lastHeaders.get(given)
  if (last?.value === value) return last
  const name = given.toLowerCase()
  if (typeof value !== 'string' || !plainName.test(name) || !plainValue.test(value)) return undefined
  const header = { name, value, line: `${name}: ${value}\r\n` }
  if (lastHeaders.size >= mostNames) lastHeaders.clear()
  lastHeaders.set(given, header)
  return header
}
