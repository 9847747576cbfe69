// The page: one view of time for all charts, moved by wheel, pointer, buttons and keys.

import { chartHeight, drawChart, margin } from './chart.js'
import { findAt, wordsOf } from './found.js'
import { moved, spanText, timeText, wholeView, zoomed } from './scale.js'
import { createTip } from './tip.js'

const { origin, length, rules } = JSON.parse(document.getElementById('data').textContent)
const whole = wholeView(length)
let view = whole
const tip = createTip(document.getElementById('tip'), document.getElementById('spoken'))
const range = document.getElementById('range')

const charts = [...document.querySelectorAll('.chart')].map((box, index) => {
  const svg = box.querySelector('svg')
  return { box, svg, rule: rules[index], cursor: undefined }
})

function draw(chart) {
  const total = chart.box.clientWidth
  if (total > 0) drawChart(chart.svg, chart.rule, { view, total, origin, cursor: chart.cursor })
}

let isAwaited = false
/** However many events come, a frame is drawn once. */
function drawSoon() {
  if (isAwaited) return
  isAwaited = true
  requestAnimationFrame(() => {
    isAwaited = false
    for (const chart of charts) draw(chart)
    const from = timeText(Math.max(0, view.start), origin).slice(0, 19)
    const to = timeText(Math.min(length, view.end), origin).slice(0, 19)
    range.textContent = `${from} to ${to} UTC (${spanText(Math.min(length, view.end) - Math.max(0, view.start))})`
  })
}

/** Returns whether there is anything else to see now. */
function show(next) {
  const isOther = Math.abs(next.start - view.start) + Math.abs(next.end - view.end) > 1
  if (isOther) view = next
  drawSoon()
  return isOther
}

const widthOf = ({ box }) => box.clientWidth - margin.left - margin.right
const timeAt = (chart, clientX) => {
  const x = clientX - chart.box.getBoundingClientRect().left - margin.left
  return view.start + (x / widthOf(chart)) * (view.end - view.start)
}
const xOf = (chart, at) =>
  chart.box.getBoundingClientRect().left +
  margin.left +
  ((at - view.start) / (view.end - view.start)) * widthOf(chart)

/** Tells what is within some pixels of `at`; of two decisions that near, the nearer. */
function tell(chart, at, { y, aloud, reach }) {
  const pixel = (view.end - view.start) / widthOf(chart)
  const found = findAt(chart.rule, at - reach * pixel, at + reach * pixel)
  chart.cursor = at
  const words = wordsOf(found, at, chart.rule, origin)
  tip.show(words, { x: xOf(chart, at), y, aloud })
  drawSoon()
}

function leave(chart) {
  chart.cursor = undefined
  tip.hide()
  drawSoon()
}

const whereKeysPoint = ({ box }) => box.getBoundingClientRect().top + chartHeight / 2

/** Moves the cursor to a time, which comes into view. */
function goTo(chart, at) {
  if (at < view.start || at > view.end) show(moved(view, at - (view.start + view.end) / 2, whole))
  tell(chart, at, { y: whereKeysPoint(chart), aloud: true, reach: 1 })
}

/** The next time, forwards or back, at which something is seen. */
function step(chart, direction, onlyDecisions) {
  const { marks, buckets, closeUps } = chart.rule
  const pixel = (view.end - view.start) / widthOf(chart)
  const from = chart.cursor ?? (direction > 0 ? view.start : view.end)
  const least = onlyDecisions ? 0 : pixel
  const times = marks.map(({ at }) => at)
  if (!onlyDecisions) {
    times.push(...buckets.map(([at]) => at), ...closeUps.flatMap((all) => all.map(([at]) => at)))
  }
  const further = times.filter((at) => (at - from) * direction > least)
  if (further.length > 0)
    goTo(
      chart,
      further.reduce((one, at) => ((at - one) * direction < 0 ? at : one)),
    )
}

/** Shows one decision closely. */
function closeUp(chart, at) {
  const length = Math.max(chart.rule.span * 4, 10_000_000)
  if (view.end - view.start > length * 1.5) show(zoomed(view, length / (view.end - view.start), at, whole))
  goTo(chart, at)
}

const middle = () => (view.start + view.end) / 2
const commands = {
  in: (at = middle()) => show(zoomed(view, 0.5, at, whole)),
  out: (at = middle()) => show(zoomed(view, 2, at, whole)),
  left: () => show(moved(view, (view.start - view.end) / 3, whole)),
  right: () => show(moved(view, (view.end - view.start) / 3, whole)),
  all: () => show(whole),
}

const keys = {
  '+': (chart) => commands.in(chart.cursor),
  '=': (chart) => commands.in(chart.cursor),
  '-': (chart) => commands.out(chart.cursor),
  0: commands.all,
  ArrowLeft: (chart) => step(chart, -1, false),
  ArrowRight: (chart) => step(chart, 1, false),
  n: (chart) => step(chart, 1, true),
  p: (chart) => step(chart, -1, true),
  Home: (chart) => goTo(chart, 0),
  End: (chart) => goTo(chart, length),
  PageUp: commands.left,
  PageDown: commands.right,
  Escape: leave,
}

function onKey(chart, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || keys[event.key] === undefined) return
  event.preventDefault()
  keys[event.key](chart)
}

for (const chart of charts) {
  const { box } = chart
  let dragged
  // What changes nothing is left to the browser: a page whose charts are as small as can be scrolls.
  box.addEventListener(
    'wheel',
    (event) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey
      const delta = sideways && event.deltaX !== 0 ? event.deltaX : event.deltaY
      const next = sideways
        ? moved(view, (delta / 600) * (view.end - view.start), whole)
        : zoomed(view, Math.exp(delta / 400), timeAt(chart, event.clientX), whole)
      if (show(next)) event.preventDefault()
    },
    { passive: false },
  )
  box.addEventListener('pointerdown', (event) => {
    dragged = { x: event.clientX, view }
    box.setPointerCapture(event.pointerId)
  })
  box.addEventListener('pointerup', () => {
    dragged = undefined
  })
  box.addEventListener('pointercancel', () => {
    dragged = undefined
  })
  box.addEventListener('pointermove', (event) => {
    if (dragged !== undefined) {
      const time = ((dragged.x - event.clientX) / widthOf(chart)) * (view.end - view.start)
      show(moved(dragged.view, time, whole))
    }
    tell(chart, timeAt(chart, event.clientX), { y: event.clientY, aloud: false, reach: 4 })
  })
  box.addEventListener('pointerleave', () => leave(chart))
  box.addEventListener('blur', () => leave(chart))
  box.addEventListener('keydown', (event) => onKey(chart, event))
  new ResizeObserver(() => draw(chart)).observe(box)
}

for (const button of document.querySelectorAll('[data-do]')) {
  button.addEventListener('click', () => commands[button.dataset.do]())
}
for (const button of document.querySelectorAll('[data-rule]')) {
  button.addEventListener('click', () => {
    const chart = charts[Number(button.dataset.rule)]
    chart.box.focus()
    chart.box.scrollIntoView({ block: 'center' })
    closeUp(chart, chart.rule.marks[Number(button.dataset.mark)].at)
  })
}
drawSoon()
