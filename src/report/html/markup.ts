/** Text of any origin in a page: as text, and as data for its script. Pure. */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** `text` between tags or in a quoted attribute. */
export const markup = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character)

/** `value` as JSON in a script element: nothing in it can end the element or begin a comment. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
