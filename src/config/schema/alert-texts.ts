/** Texts of alerts that are more than text: each is made into a value, or into what is wrong with it. Pure. */

import { expectedGot, Mistake, quoted, unknownWord } from '../mistake.ts'
import { alertPlaceholders, expandTemplate, parseTemplate } from '../template.ts'

export const alertTextWords = 'a text, in which {rule} and the like are replaced'

/** A template of which every placeholder is known. */
export const alertText = (text: string): string | Mistake =>
  templateMistake(text, alertPlaceholders, (name) => name.startsWith('key.')) ?? text

export const urlWords = 'a URL such as https://alerts.example/hook'

/** `{secret}` may stand for a part of it, since many a service is addressed by one. */
export function webhookUrl(text: string): string | Mistake {
  const wrong = (hint?: string) => new Mistake('bad-value', expectedGot(urlWords, 'another text', hint))
  const mistake = templateMistake(text, ['secret'])
  if (mistake !== undefined) return mistake
  const filled = expandTemplate(text, new Map([['secret', 'x']]))
  if (!URL.canParse(filled)) return wrong()
  const { protocol, username, password } = new URL(filled)
  if (protocol !== 'https:' && protocol !== 'http:') return wrong('begin it with https://')
  if (username !== '' || password !== '')
    return wrong('log in by headers: { Authorization: "Basic {secret}" }')
  return text
}

export const headerWords = 'the value of a header, in which {secret} is replaced'

export function headerValue(text: string): string | Mistake {
  const mistake = templateMistake(text, ['secret'])
  if (mistake !== undefined) return mistake
  return /^[\t\x20-\x7e]*$/.test(text)
    ? text
    : new Mistake('bad-value', expectedGot(headerWords, 'characters that no header can hold'))
}

export const credentialWords = 'the name of a credential of systemd (LoadCredential=)'

export const credentialName = (text: string): string | Mistake =>
  /^[A-Za-z0-9_.@:-]{1,255}$/.test(text) && text !== '.' && text !== '..'
    ? text
    : new Mistake('bad-value', expectedGot(credentialWords, quoted(text)))

export const secretFileWords = 'the absolute path of a file with the secret'

export const secretFile = (text: string): string | Mistake =>
  text.startsWith('/') ? text : new Mistake('bad-path', expectedGot(secretFileWords, quoted(text)))

export const addressWords = 'an address such as ops@example.org'

export const address = (text: string): string | Mistake =>
  /^[^\s@<>(),;:"\\[\]\p{Cc}]+@[^\s@<>(),;:"\\[\]\p{Cc}]+$/u.test(text) && text.length <= 254
    ? text
    : new Mistake('bad-value', expectedGot(addressWords, quoted(text), 'the address alone, without a name'))

export const hostWords = 'the name or address of a mail server'

export const mailHost = (text: string): string | Mistake =>
  /^[A-Za-z0-9_.:-]{1,253}$/.test(text)
    ? text
    : new Mistake('bad-value', expectedGot(hostWords, quoted(text)))

function templateMistake(
  text: string,
  known: readonly string[],
  isKnown: (name: string) => boolean = () => false,
): Mistake | undefined {
  for (const part of parseTemplate(text)) {
    if (part.kind === 'stray') {
      const message = expectedGot('"}" after the name of a placeholder', 'none', 'write {{ for a brace')
      return new Mistake('bad-template', message, { part: { offset: part.offset, length: 1 } })
    }
    if (part.kind === 'placeholder' && !known.includes(part.name) && !isKnown(part.name))
      return unknownWord('unknown-placeholder', 'placeholder', part.name, known, part)
  }
  return undefined
}
