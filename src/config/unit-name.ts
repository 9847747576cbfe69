/** Names of systemd's units, by systemd's own rules (unit_name_is_valid in src/basic/unit-name.c). Pure. */

import { didYouMean } from './did-you-mean.ts'
import { expectedGot, Mistake, quoted } from './mistake.ts'
import { parseTemplate } from './template.ts'

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

/** Completes "expected …". */
export const unitWords = 'the name of a unit such as site.service'

/** `name`, or why it is no name of one single unit. */
export function unitName(name: string): string | Mistake {
  const wrong = (hint: string, suggestion?: string): Mistake =>
    new Mistake('bad-unit', expectedGot(unitWords, name === '' ? 'nothing' : quoted(name), hint), {
      suggestion,
    })
  if (/[{}]/.test(name)) return wrong('write the name itself')
  if (/[*?[\]]/.test(name)) return wrong('name each unit; patterns are not looked up')
  if (name.includes('/')) return wrong('write the name of the unit, not a path')
  const bad = /[^a-zA-Z0-9:_.\\@-]/u.exec(name)
  if (bad !== null) return wrong(`${quoted(bad[0])} cannot stand in a name`)
  const dot = name.lastIndexOf('.')
  const suffix = name.slice(dot + 1)
  if (dot < 0 || !suffixes.includes(suffix)) {
    const meant = dot < 0 ? undefined : didYouMean(suffix, suffixes)
    const full = meant === undefined ? `${name}.service` : `${name.slice(0, dot)}.${meant}`
    return wrong(`did you mean ${quoted(full)}?`, full)
  }
  if (name.length > 255) return wrong('a name has at most 255 characters')
  const at = name.indexOf('@')
  if (dot === 0 || at === 0) return wrong('there is nothing before its suffix')
  if (at === dot - 1)
    return wrong(`this is a template; name an instance such as ${quoted(`${name.slice(0, dot)}1.${suffix}`)}`)
  return name
}

/** Completes "expected …". */
export const unitTemplateWords = `${unitWords}, or site@{NAME}.service with a key of the rule`

/** `name` of a unit, in which `{NAME}` stands for part of the key; or why it is none. */
export function unitTemplate(name: string): string | Mistake {
  const parts = parseTemplate(name)
  if (!parts.some(({ kind }) => kind === 'placeholder')) return unitName(name)
  const filled = parts
    .map((part) => (part.kind === 'text' ? part.text : part.kind === 'placeholder' ? '1' : '{'))
    .join('')
  const result = unitName(filled)
  if (!(result instanceof Mistake)) return name
  return new Mistake('bad-unit', expectedGot(unitTemplateWords, quoted(name)))
}

/** Completes "expected …". */
export const unitPatternWords = `${unitWords}, or a pattern such as site@*.service`

/** The name of a unit or a pattern in which `*` stands for any characters, or why it is neither. */
export function unitPattern(pattern: string): string | Mistake {
  if (!pattern.startsWith('*')) return unitsRead(pattern)
  return new Mistake(
    'bad-unit',
    expectedGot(
      unitPatternWords,
      quoted(pattern),
      'begin it with what the units have in common: it could be any unit',
    ),
  )
}

/** The same for units whose entries are only read: these may be any. */
export function unitsRead(pattern: string): string | Mistake {
  if (!pattern.includes('*')) return unitName(pattern)
  const result = unitName(pattern.replaceAll('*', '1'))
  return result instanceof Mistake
    ? new Mistake('bad-unit', expectedGot(unitPatternWords, quoted(pattern)))
    : pattern
}
