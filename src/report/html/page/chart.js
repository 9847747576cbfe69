// The chart of one rule, as SVG: drawn anew whenever the view changes.

import { eventColumns, fillColumns, grouped } from './columns.js'
import { numberText } from './found.js'
import { ticks } from './scale.js'

const namespace = 'http://www.w3.org/2000/svg'
const top = 30
const plot = 116
const strip = 16
const axis = 22
export const chartHeight = top + plot + 8 + strip + axis
export const margin = { left: 58, right: 14 }

/** An element of SVG; `parts` are its children, or its text. */
function shape(name, attributes, parts = []) {
  const element = document.createElementNS(namespace, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...(Array.isArray(parts) ? parts : [parts]))
  return element
}

/** Draws `rule` into `svg`, which is `total` pixels wide; `cursor` is a time, or undefined. */
export function drawChart(svg, rule, { view, total, origin, cursor }) {
  const width = Math.max(1, Math.floor(total - margin.left - margin.right))
  const x = (at) => margin.left + ((at - view.start) / (view.end - view.start)) * width
  const greatest = Math.max(rule.limit, rule.greatest) * 1.12 || 1
  const y = (fill) => top + plot * (1 - Math.max(0, fill) / greatest)
  svg.setAttribute('viewBox', `0 0 ${total} ${chartHeight}`)
  svg.setAttribute('height', chartHeight)
  svg.replaceChildren(
    hatching(rule.id),
    shape('g', { class: 'grid' }, grid(view, x, width, origin)),
    shape('g', {}, shades(rule, view, x)),
    ...fill(rule, view, width, y),
    shape('g', { class: 'scale' }, scale(rule, greatest, y, margin.left + width)),
    ...events(rule, view, width),
    shape('g', {}, shots(rule, view, x, y)),
    shape('g', {}, marks(rule, view, width)),
    ...(cursor === undefined ? [] : [line('cursor', x(cursor), x(cursor), 4, top + plot + 8 + strip)]),
  )
}

const line = (name, x1, x2, y1, y2) => shape('line', { class: name, x1, x2, y1, y2 })

/** Cooldowns are told from graces by the direction of their lines, not by colour alone. */
function hatching(id) {
  const pattern = (kind, angle) =>
    shape(
      'pattern',
      {
        id: `${kind}-${id}`,
        width: 7,
        height: 7,
        patternUnits: 'userSpaceOnUse',
        patternTransform: `rotate(${angle})`,
      },
      [shape('rect', { width: 7, height: 7, class: `${kind}-ground` }), line(`${kind}-line`, 0, 0, 0, 7)],
    )
  return shape('defs', {}, [pattern('cooldown', 45), pattern('grace', -45)])
}

function grid(view, x, width, origin) {
  const bottom = top + plot + 8 + strip
  return ticks(view, Math.max(2, Math.floor(width / 96)), origin).flatMap(({ at, label }) => [
    line('tick', x(at), x(at), top, bottom),
    shape('text', { x: x(at), y: bottom + 15, 'text-anchor': 'middle' }, label),
  ])
}

function shades(rule, view, x) {
  return rule.shades.flatMap(([from, until, , kind]) => {
    const [start, end] = [Math.max(from, view.start), Math.min(until ?? view.end, view.end)]
    if (start > end) return []
    const attributes = { class: kind, fill: `url(#${kind}-${rule.id})`, x: x(start), y: top, height: plot }
    return [shape('rect', { ...attributes, width: Math.max(1, x(end) - x(start)) })]
  })
}

function fill(rule, view, width, y) {
  const { low, high } = fillColumns(rule.curve, view, width)
  const edge = (values) => {
    let path = ''
    for (let column = 0; column < width; column++) {
      path += `L${margin.left + column + 0.5} ${y(values[column]).toFixed(1)}`
    }
    return path
  }
  const under = (values) =>
    `M${margin.left + 0.5} ${y(0)}${edge(values)}L${margin.left + width - 0.5} ${y(0)}Z`
  return [
    shape('path', { class: 'fill-high', d: under(high) }),
    shape('path', { class: 'fill-low', d: under(low) }),
    shape('path', { class: 'fill-line', d: edge(high).replace('L', 'M') }),
  ]
}

function scale(rule, greatest, y, right) {
  const label = (value, name = '') =>
    shape(
      'text',
      { x: margin.left - 8, y: y(value) + 4, 'text-anchor': 'end', class: name },
      numberText(value, rule),
    )
  return [
    line('base', margin.left, right, y(0), y(0)),
    label(0),
    ...(greatest > rule.limit * 1.4 ? [label(rule.greatest)] : []),
    line('limit', margin.left, right, y(rule.limit), y(rule.limit)),
    label(rule.limit, 'limit-label'),
  ]
}

function events(rule, view, width) {
  const columns = eventColumns(rule.buckets, view, width)
  const bottom = top + plot + 8
  const path = (kind, from, height) => {
    let d = ''
    for (let column = 0; column < width; column++) {
      if (columns[column] & kind) d += `M${margin.left + column + 0.5} ${from}v${height}`
    }
    return shape('path', { class: kind === 1 ? 'events' : 'ignored', d })
  }
  return [path(1, bottom, strip * 0.55), path(2, bottom + strip * 0.6, strip * 0.4)]
}

/** The events before a decision, once they are so far apart that they can be told from one another. */
function shots(rule, view, x, y) {
  const inView = rule.closeUps.filter(
    (all) => all.length > 0 && all.at(-1)[0] >= view.start && all[0][0] <= view.end,
  )
  const dots = inView.flatMap((all) =>
    x(all.at(-1)[0]) - x(all[0][0]) < all.length * 4
      ? []
      : all.filter(([at, level]) => level !== null && at >= view.start && at <= view.end),
  )
  return dots.map(([at, level]) => shape('circle', { class: 'shot', cx: x(at), cy: y(level), r: 2.5 }))
}

function marks(rule, view, width) {
  return grouped(rule.marks, view, width, 14).map(({ x: offset, acts, all }) => {
    const x = margin.left + offset
    const count =
      all.length > 1 ? [shape('text', { x: x + 9, y: 15, class: 'count' }, String(all.length))] : []
    const sign = acts ? `M${x - 7} 6h14l-7 13z` : `M${x} 5l7 7l-7 7l-7-7z`
    return shape('g', { class: acts ? 'mark act' : 'mark held', 'data-mark': all[0].number }, [
      line('stem', x, x, 19, top + plot),
      shape('path', { d: sign }),
      ...count,
    ])
  })
}
