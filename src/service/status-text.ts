/** A status as people read it. */

import { stripVTControlCharacters } from 'node:util'
import type { Colours } from '../report/colours.ts'
import { counted } from '../report/counted.ts'
import { printable } from '../report/printable.ts'
import { spanText } from '../report/time-text.ts'
import type { LiveStatus } from './live-status.ts'

type Rule = LiveStatus['rules'][number]
type Target = LiveStatus['targets'][number]
type Source = LiveStatus['sources'][number]
type Incident = LiveStatus['incidents'][number]

const barLength = 20
const shownWindows = 5
const shownIncidents = 8

/** With its last line end. `width` in characters. */
export function statusText(status: LiveStatus, colours: Colours, width: number): string {
  const now = Date.parse(status.now)
  const { reload } = status
  const lines = [
    `${colours.bold('watchdog')} ${status.version}, pid ${status.pid}, up ${ago(status.started, now)}, ${status.rulesFile}`,
    ...(reload?.result === 'refused'
      ? [
          colours.red(
            `the rule file was refused ${ago(reload.at, now)} ago (${reload.by}); the rules before it go on:`,
          ),
          ...reload.message.split('\n').map((line) => `  ${line}`),
        ]
      : []),
    '',
    ...status.rules.flatMap((rule) => ruleLines(rule, now, colours)),
    ...section(
      'Targets',
      status.targets.filter(isOfInterest).map((target) => targetLine(target, now, colours)),
    ),
    ...section(
      'Sources',
      status.sources.map((source) => sourceLine(source, now, colours)),
    ),
    ...section(
      'Last incidents',
      status.incidents
        .slice(-shownIncidents)
        .reverse()
        .map((incident) => incidentLine(incident, now, colours)),
    ),
  ]
  return `${lines.map((line) => fit(line, width)).join('\n')}\n`

  function section(title: string, found: readonly string[]): readonly string[] {
    return found.length === 0 ? [] : ['', colours.bold(title), ...found.map((line) => `  ${line}`)]
  }
}

function ruleLines(rule: Rule, now: number, colours: Colours): readonly string[] {
  const states = [
    ...(rule.mode === 'simulate' ? [colours.cyan('dry run')] : []),
    ...(rule.paused === null ? [] : [colours.yellow(`paused${until(rule.paused.until, now)}`)]),
    ...(rule.setAside ? [colours.red('set aside')] : []),
    ...(rule.deaf ? [colours.yellow('has matched nothing for too long')] : []),
  ]
  const counts = `${rule.matched} matched, ${counted(rule.acted, 'action')}, ${rule.held} held back`
  const latest = rule.latest === null ? '' : `, last ${ago(rule.latest, now)} ago`
  const windows = rule.windows.filter(({ count }) => count > 0).slice(0, shownWindows)
  const more = rule.keys - rule.windows.length
  return [
    `${colours.bold(rule.name)}  ${states.map((state) => `${state}  `).join('')}${colours.dim(`${counts}${latest}`)}`,
    ...windows.map(({ key, count, value, heldFor }) => {
      const named = Object.entries(key)
        .map(([name, text]) => `${name}=${printable(text, 40)}`)
        .join(' ')
      const of = rule.threshold === null ? `${count}` : `${count}/${rule.threshold}`
      const shown = value === null ? '' : ` value ${Number(value.toPrecision(4))}`
      const held = heldFor === null ? '' : colours.yellow(` held back: ${heldFor}`)
      return `  ${bar(count, rule.threshold, colours)} ${of}${shown}${held}  ${named}`
    }),
    ...(more > 0 ? [colours.dim(`  and ${counted(more, 'other key')}`)] : []),
  ]
}

function bar(count: number, limit: number | null, colours: Colours): string {
  if (limit === null) return ''.padEnd(barLength)
  const full = Math.min(barLength, Math.round((count / limit) * barLength))
  const filled = '█'.repeat(full)
  const shown =
    count >= limit ? colours.red(filled) : count * 2 >= limit ? colours.yellow(filled) : colours.green(filled)
  return `${shown}${colours.dim('░'.repeat(barLength - full))}`
}

const isOfInterest = ({ unit }: Target): boolean => unit !== ''

function targetLine(target: Target, now: number, colours: Colours): string {
  const { unit, mode, state, paused, cooldown, givenUp, actions } = target
  const last = actions.at(-1)
  const parts = [
    ...(state === null ? [] : [state === 'running' ? colours.green(state) : colours.red(state)]),
    ...(mode === 'simulate' ? [colours.cyan('dry run')] : []),
    ...(paused === null ? [] : [colours.yellow(`paused${until(paused.until, now)}`)]),
    ...(cooldown === null
      ? []
      : [
          colours.yellow(
            cooldown.acting
              ? 'being acted upon'
              : `cooldown${until(cooldown.until, now)}, ${counted(cooldown.ignored, 'event')} ignored`,
          ),
        ]),
    ...(givenUp === null
      ? []
      : [
          colours.red(
            `given up${givenUp.again === null ? `: watchdog resume ${unit}` : `, tries again${until(givenUp.again, now)}`}`,
          ),
        ]),
    ...(last === undefined
      ? []
      : [colours.dim(`${counted(actions.length, 'action')}, last ${ago(last, now)} ago`)]),
  ]
  return `${unit}  ${parts.join(', ')}`
}

function sourceLine({ name, state, events, last, lag }: Source, now: number, colours: Colours): string {
  const shown = state === 'following' ? colours.green(state) : colours.yellow(state)
  const latest = last === null ? '' : `, last ${ago(last, now)} ago, read ${spanText((lag ?? 0) * 1e6)} late`
  return `${name}  ${shown}, ${counted(events, 'event')}${latest}`
}

function incidentLine(incident: Incident, now: number, colours: Colours): string {
  const { id, time, rule, target, decision, attempts, recovered, by } = incident
  const what = decision === 'act' ? colours.red('acted') : colours.yellow(`held back: ${decision}`)
  const outcome =
    recovered === null ? '' : recovered ? colours.green(', recovered') : colours.red(', not recovered')
  const done = attempts === null ? '' : ` (${attempts.join('; ')})`
  const who = by === null ? '' : `, wanted by ${printable(by, 40)}`
  return `${ago(time, now)} ago  ${rule}${target === null ? '' : ` ${target}`}  ${what}${done}${who}${outcome}  ${colours.dim(id)}`
}

const until = (time: string | null, now: number): string =>
  time === null ? '' : `, ${spanText(Math.max(0, seconds(Date.parse(time) - now)))} left`

const ago = (time: string, now: number): string => spanText(Math.max(0, seconds(now - Date.parse(time))))

/** Milliseconds as whole seconds in µs. */
const seconds = (milliseconds: number): number => Math.round(milliseconds / 1_000) * 1_000_000

/** Cut at the width of the terminal, without colours then. */
function fit(line: string, width: number): string {
  const plain = stripVTControlCharacters(line)
  return plain.length <= width ? line : `${plain.slice(0, width - 1)}…`
}
