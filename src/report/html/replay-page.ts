/** The report of a replay as one page that needs nothing else: no network, no server. Pure but for reading its own parts. */

import type { RuleStatus } from '../../engine/status.ts'
import type { Instant } from '../../engine/time.ts'
import { counted } from '../counted.ts'
import { actionWords } from '../decision-words.ts'
import type { ReplaySummary } from '../replay-text.ts'
import { isoTime, spanText } from '../time-text.ts'
import type { RuleHistory } from '../timeline/rule-timeline.ts'
import { pageScript, pageStyle } from './assets.ts'
import { chartData } from './chart-data.ts'
import { decisionTable } from './decision-table.ts'
import { legend } from './legend.ts'
import { markup, scriptJson } from './markup.ts'

export interface ReplayReport extends ReplaySummary {
  readonly histories: readonly RuleHistory[]
  /** What was replayed: the rule file and the logs. */
  readonly title: string
  /** What was assumed of actions, in words. */
  readonly assumed: string
  readonly made: Instant
}

export function replayPage(report: ReplayReport): string {
  const { histories, status, first = report.made, last = first } = report
  const [script, style] = [pageScript(), pageStyle()]
  const policy = `default-src 'none'; script-src ${script.hash}; style-src ${style.hash}; base-uri 'none'; form-action 'none'`
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>Replay of ${markup(report.title)}</title>`,
    `<style>${style.text}</style></head><body>`,
    header(report),
    tools,
    '<main>',
    ...histories.map((history, index) => section(history, status.rules[index], index)),
    '</main>',
    '<div id="tip" hidden></div><div id="spoken" class="unheard" aria-live="polite"></div>',
    `<script type="application/json" id="data">${scriptJson(chartData(histories, { first, last }))}</script>`,
    `<script type="module">${script.text}</script>`,
    '</body></html>',
    '',
  ].join('\n')
}

function header({ title, events, first, last, status, assumed, made }: ReplayReport): string {
  const acted = status.rules.reduce((sum, rule) => sum + rule.acted, 0)
  const time =
    first === undefined || last === undefined ? '' : `, from ${shortTime(first)} to ${shortTime(last)} UTC`
  return [
    `<header><h1>${acted === 0 ? 'Nothing would have been done' : `Would have acted ${counted(acted, 'time')}`}</h1>`,
    `<p>${markup(title)}: ${counted(events, 'event')} read${time}.</p>`,
    `<p class="dim">${markup(assumed)} Made at ${shortTime(made)} UTC by <code>watchdog replay</code>.</p>`,
    legend,
    '</header>',
  ].join('\n')
}

const tools = `<div class="tools" role="toolbar" aria-label="Time shown">
<div role="group"><button type="button" data-do="in" aria-label="Zoom in">+</button>
<button type="button" data-do="out" aria-label="Zoom out">−</button>
<button type="button" data-do="left" aria-label="Earlier">◀</button>
<button type="button" data-do="right" aria-label="Later">▶</button>
<button type="button" data-do="all">Whole log</button></div>
<span id="range" role="status"></span>
<span class="dim">On a chart: wheel or + − to zoom, drag to move, ← → from event to event, n p from decision to decision, 0 for all</span>
</div>
<noscript><p>The charts need JavaScript; the tables say the same.</p></noscript>`

function section(history: RuleHistory, status: RuleStatus | undefined, index: number): string {
  const { rule, gauge } = history
  const { matched = 0, acted = 0, held = 0, ignored = 0 } = status ?? {}
  const facts = `${counted(acted, 'action')}, ${held} held back, ${counted(matched, 'matching event')}, ${ignored} ignored`
  const label = `Timeline of ${rule.name}: ${facts}. The same is in the table below.`
  const does = rule.actions.map(actionWords).join(', ')
  const badge = (kind: string, count: number, words: string): string =>
    count === 0 ? '' : `<span class="badge ${kind}">${words}</span>`
  return [
    `<section aria-labelledby="rule-${index}">`,
    `<h2 id="rule-${index}">${markup(rule.name)}${badge('act', acted, counted(acted, 'action'))}${badge('held', held, `${held} held back`)}</h2>`,
    rule.description === undefined ? '' : `<p>${markup(rule.description)}</p>`,
    `<p class="dim">${markup(gauge.words)} → ${markup(does || 'nothing')}; cooldown ${spanText(rule.cooldown)}. ${markup(facts)}.</p>`,
    `<div class="chart" tabindex="0" role="group" aria-roledescription="chart" aria-label="${markup(label)}"><svg aria-hidden="true"></svg></div>`,
    decisionTable(history, index),
    '</section>',
  ].join('\n')
}

const shortTime = (at: Instant): string => isoTime(at).slice(0, 19).replace('T', ' ')
