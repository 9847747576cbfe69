// What there is at a time of the log, in words: for the tip, and for whoever hears it.

import { spanText, timeText } from './scale.js'

const mostLines = 6

/** All of a rule between two times: its decisions, its events, whether it ignored them. */
export function findAt(rule, from, to) {
  const meets = (start, end) => start <= to && end >= from
  const marks = rule.marks.filter(({ at }) => meets(at, at))
  const shots = rule.closeUps.flatMap((shots) => shots.filter(([at]) => meets(at, at)))
  const buckets = rule.buckets.filter(([start, end]) => meets(start, end))
  const shades = rule.shades.filter(([start, end]) => meets(start, end ?? Number.POSITIVE_INFINITY))
  return { marks, shots, buckets, shades }
}

/** As a list of { kind, text }, the time first. */
export function wordsOf({ marks, shots, buckets, shades }, at, rule, origin) {
  const words = [{ kind: 'time', text: `${timeText(at, origin)} UTC` }]
  for (const mark of marks.slice(0, 3)) words.push({ kind: mark.acts ? 'act' : 'held', text: mark.words })
  if (marks.length > 3) words.push({ kind: 'note', text: `and ${marks.length - 3} more decisions` })
  if (buckets.length > 0) words.push({ kind: 'note', text: bucketWords(buckets, rule) })
  for (const [from, until, text] of shades.slice(0, 2)) {
    words.push({ kind: 'note', text: until === null ? text : `${text} (${spanText(until - from)})` })
  }
  const lines = linesOf(marks, shots, buckets)
  for (const [time, text] of lines.slice(0, mostLines)) {
    words.push({ kind: 'line', text: `${timeText(time, origin).slice(11)}  ${text}` })
  }
  const events = buckets.reduce((sum, [, , counted, ignored]) => sum + counted + ignored, 0)
  const unseen = events - Math.min(lines.length, mostLines)
  if (lines.length > 0 && unseen > 0)
    words.push({ kind: 'note', text: `and ${unseen} more ${unseen === 1 ? 'line' : 'lines'}` })
  return words
}

function bucketWords(buckets, { limit, measure, silence, share }) {
  let [counted, ignored, least, greatest] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [, , some, others, low, high] of buckets) {
    counted += some
    ignored += others
    if (low !== null) least = Math.min(least, low)
    if (high !== null) greatest = Math.max(greatest, high)
  }
  const events = `${counted} ${counted === 1 ? 'event' : 'events'}${ignored > 0 ? `, ${ignored} ignored` : ''}`
  if (counted === 0) return events
  const number = (value) => numberText(value, { silence, share })
  const fill = least === greatest ? number(least) : `${number(least)} to ${number(greatest)}`
  return `${events}; ${silence ? 'silent before for' : 'window at'} ${fill} of ${number(limit)}${silence ? '' : ` ${measure}`}`
}

/** A fill, as the rule measures it. */
export function numberText(value, { silence, share }) {
  if (silence) return spanText(value)
  if (share) return `${Number((value * 100).toPrecision(3))} %`
  return String(Number(value.toPrecision(4)))
}

/** Each line once, in the order of time. */
function linesOf(marks, shots, buckets) {
  const known = new Set()
  const all = [
    ...marks.flatMap(({ lines }) => lines),
    ...shots.map(([at, , text]) => [at, text]),
    ...buckets.flatMap(([, , , , , , lines]) => lines),
  ]
  return all
    .filter(([at, text]) => {
      const id = `${at} ${text}`
      return !known.has(id) && known.add(id)
    })
    .sort(([one], [other]) => one - other)
}
