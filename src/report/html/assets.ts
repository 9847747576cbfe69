/** The script and the style of the page, as they stand in files of their own beside this one. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** In this order, because none imports a later one. */
const modules = ['scale.js', 'columns.js', 'found.js', 'chart.js', 'tip.js', 'page.js']

export interface Asset {
  readonly text: string
  /** For the page's policy, which lets nothing else run: `'sha256-…'`. */
  readonly hash: string
}

/** All modules as one: what they import from each other stands above. */
export const pageScript = (): Asset =>
  asset(
    modules
      .map(read)
      .join('\n')
      .replace(/^import .*$/gm, '')
      .replace(/^export (?=const|function)/gm, ''),
  )

export const pageStyle = (): Asset => asset(read('page.css'))

const read = (name: string): string => readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8')

const asset = (text: string): Asset => ({
  text,
  hash: `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
})
