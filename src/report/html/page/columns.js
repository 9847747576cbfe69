// What is in view, pixel by pixel: however much there is, a chart is as many columns as it is wide.

/** The least and the greatest fill in each column of a curve, which is a list of [time, low, high]. */
export function fillColumns(curve, { start, end }, width) {
  const low = new Float64Array(width)
  const high = new Float64Array(width)
  const seen = new Uint8Array(width)
  const scale = width / (end - start)
  const note = (column, least, greatest) => {
    if (column < 0 || column >= width) return
    low[column] = seen[column] ? Math.min(low[column], least) : least
    high[column] = seen[column] ? Math.max(high[column], greatest) : greatest
    seen[column] = 1
  }
  for (let index = firstIn(curve, start); index < curve.length; index++) {
    const [from, fromLow, fromHigh] = curve[index]
    if (from > end) break
    const [to, toLow, toHigh] = curve[index + 1] ?? curve[index]
    note(Math.floor((from - start) * scale), fromLow, fromHigh)
    note(Math.floor((to - start) * scale), toLow, toHigh)
    const first = Math.max(0, Math.floor((from - start) * scale) + 1)
    const last = Math.min(width - 1, Math.floor((to - start) * scale) - 1)
    for (let column = first; column <= last; column++) {
      const share = (start + (column + 0.5) / scale - from) / (to - from)
      note(column, fromLow + share * (toLow - fromLow), fromHigh + share * (toHigh - fromHigh))
    }
  }
  return { low, high }
}

/** The point before the first one in view. */
function firstIn(curve, start) {
  let low = 0
  let high = curve.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (curve[middle][0] < start) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** For each column whether an event was counted there (1), ignored (2), or both (3). */
export function eventColumns(buckets, { start, end }, width) {
  const columns = new Uint8Array(width)
  const scale = width / (end - start)
  for (const [from, to, counted, ignored] of buckets) {
    if (to < start || from > end) continue
    const kind = (counted > 0 ? 1 : 0) | (ignored > 0 ? 2 : 0)
    const first = Math.max(0, Math.floor((from - start) * scale))
    const last = Math.min(width - 1, Math.floor((to - start) * scale))
    for (let column = first; column <= last; column++) columns[column] |= kind
  }
  return columns
}

/** Things that are less than `distance` pixels apart, together: [{ x, all }]. */
export function grouped(marks, { start, end }, width, distance) {
  const scale = width / (end - start)
  const groups = []
  for (const mark of marks) {
    const x = (mark.at - start) * scale
    if (x < -distance || x > width + distance) continue
    const last = groups.at(-1)
    if (last !== undefined && last.acts === mark.acts && x - last.x < distance) last.all.push(mark)
    else groups.push({ x, acts: mark.acts, all: [mark] })
  }
  return groups
}
