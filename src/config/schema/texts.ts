/** Texts of a rule file that are more than text: each is made into a value, or into what is wrong with it. Pure. */

import { constants } from 'node:os'
import { didYouMean } from '../did-you-mean.ts'
import { expectedGot, Mistake, quoted } from '../mistake.ts'
import { parseTemplate } from '../template.ts'
import { parseLayout } from '../time-layout.ts'
import { timestampFormats } from '../timestamp-formats.ts'

export const pathWords = 'an absolute path, a glob, or - for standard input'

export function logPath(path: string): string | Mistake {
  const wrong = (hint: string) => new Mistake('bad-path', expectedGot(pathWords, quoted(path), hint))
  if (path === '-') return path
  if (path.startsWith('~')) return wrong('write out the home directory')
  if (!path.startsWith('/')) return wrong('a service has no working directory that a path could start from')
  return path.endsWith('/') ? wrong(`this is a directory; did you mean ${quoted(`${path}*.log`)}?`) : path
}

export const directoryWords = 'an absolute path'

export const directoryPath = (path: string): string | Mistake =>
  path.startsWith('/') ? path : new Mistake('bad-path', expectedGot(directoryWords, quoted(path)))

export const containsWords = 'a text to look for'

export const literal = (text: string): string | Mistake =>
  text === ''
    ? new Mistake(
        'bad-value',
        expectedGot(containsWords, 'an empty one', "write regex: '.*' for every event"),
      )
    : text

export const timestampWords = 'the name of a time format, or one such as %Y-%m-%d %H:%M:%S'

export function timestamp(text: string): string | Mistake {
  if (!text.includes('%')) {
    const isKnown = timestampFormats.some((name) => name === text)
    return isKnown ? text : unknownWordOf(timestampWords, text, timestampFormats)
  }
  const layout = parseLayout(text)
  return layout instanceof Mistake ? layout : text
}

export const timezoneWords = 'a time zone such as Europe/Berlin'

export function timezone(name: string): string | Mistake {
  // The first use of zones costs 20 ms.
  if (name === 'UTC') return name
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return name
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return unknownWordOf(timezoneWords, name, Intl.supportedValuesOf('timeZone'))
  }
}

export const signalWords = 'the name of a signal such as SIGTERM'

/** The name with its `SIG`, which may be left out. */
export function signalName(name: string): string | Mistake {
  const known = Object.keys(constants.signals)
  const full = name.startsWith('SIG') ? name : `SIG${name}`
  return known.includes(full) ? full : unknownWordOf(signalWords, name, known)
}

/** Long lists of known words are not shown. */
function unknownWordOf(expected: string, word: string, known: readonly string[]): Mistake {
  const suggestion = didYouMean(word, known)
  const hint = suggestion === undefined ? undefined : `did you mean ${quoted(suggestion)}?`
  return new Mistake('bad-value', expectedGot(expected, quoted(word), hint), { suggestion })
}

export const argumentWords = 'an argument, in which {rule} and the like are replaced'

export function argument(text: string): string | Mistake {
  for (const part of parseTemplate(text)) {
    if (part.kind === 'stray') {
      const message = expectedGot('"}" after the name of a placeholder', 'none', 'write {{ for a brace')
      return new Mistake('bad-template', message, { part: { offset: part.offset, length: 1 } })
    }
  }
  return text
}

/** What is wrong with the first argument of a command. */
export function programMistake(program: string): Mistake | undefined {
  const wrong = (hint: string) =>
    new Mistake('bad-path', expectedGot('the absolute path of a program', quoted(program), hint))
  if (parseTemplate(program).some(({ kind }) => kind === 'placeholder')) {
    return wrong('write it out: what is in a log must never choose a program')
  }
  if (program.startsWith('/')) return undefined
  return program.includes('/') || program.startsWith('~')
    ? wrong('a service has no working directory that a path could start from')
    : wrong(`see "command -v ${program}": a service is not started with your PATH`)
}
