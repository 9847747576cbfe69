// Time and pixels: the part of the log in view, zooming, panning, round times for the axis. Times are µs since its start.

const shortestView = 1_000

/** The whole log, with a little room on both sides. */
export function wholeView(length) {
  const room = Math.max(length * 0.02, 500_000)
  return { start: -room, end: length + room }
}

/** `view` with the length `factor` times as long and `at` in its place; never more than `whole`. */
export function zoomed(view, factor, at, whole) {
  const length = Math.min(Math.max((view.end - view.start) * factor, shortestView), whole.end - whole.start)
  const share = (at - view.start) / (view.end - view.start)
  return within({ start: at - share * length, end: at + (1 - share) * length }, whole)
}

/** `view` moved by `time`. */
export const moved = (view, time, whole) => within({ start: view.start + time, end: view.end + time }, whole)

function within({ start, end }, whole) {
  const length = end - start
  const first = Math.min(Math.max(start, whole.start), whole.end - length)
  return { start: first, end: first + length }
}

const second = 1_000_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((count) => count * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 30, 91, 182, 365].map((count) => count * day),
]

/** Round times in view, at most `count` of them, with their labels; `origin` is the start of the log since 1970. */
export function ticks({ start, end }, count, origin) {
  const step =
    steps.find((length) => (end - start) / length <= count) ?? Math.ceil((end - start) / count / day) * day
  const first = Math.ceil((origin + start) / step) * step
  const found = []
  for (let at = first; at <= origin + end; at += step)
    found.push({ at: at - origin, label: tickLabel(at, step) })
  return found
}

function tickLabel(at, step) {
  const iso = new Date(at / 1_000).toISOString()
  if (step >= day || (at % day === 0 && step >= minute)) return iso.slice(0, 10)
  if (step >= minute) return iso.slice(11, 16)
  return step >= second ? iso.slice(11, 19) : iso.slice(11, 23)
}

/** `2026-11-21 04:30:00.123`, in UTC. */
export const timeText = (at, origin) =>
  new Date((origin + at) / 1_000).toISOString().replace('T', ' ').replace('Z', '')

/** `1h 30min`: the two greatest units. */
export function spanText(length) {
  const units = [
    ['d', day],
    ['h', hour],
    ['min', minute],
    ['s', second],
    ['ms', 1_000],
  ]
  const index = units.findIndex(([, size]) => length >= size)
  if (index < 0) return `${Math.round(length)} µs`
  const [[unit, size], next] = [units[index], units[index + 1]]
  if (unit === 's') return `${Number((length / size).toPrecision(3))} s`
  const rest = next === undefined ? 0 : Math.floor((length % size) / next[1])
  return `${Math.floor(length / size)} ${unit}${rest > 0 ? ` ${rest} ${next[0]}` : ''}`
}
