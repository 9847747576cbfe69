/** Writes numbered lines to a log as fast as it can, as a service does: opens it anew at SIGHUP. Ends after its lines. */

import { closeSync, openSync, writeSync } from 'node:fs'

const [path, lines, pauseMs] = process.argv.slice(2)
const batch = 200
let fd = openSync(path, 'a')
process.on('SIGHUP', () => {
  const old = fd
  fd = openSync(path, 'a')
  closeSync(old)
})
process.send?.('ready')

for (let line = 0; line < Number(lines); line += batch) {
  writeSync(
    fd,
    Array.from({ length: batch }, (_, index) => `line ${line + index} ${'x'.repeat(60)}\n`).join(''),
  )
  await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)))
}
process.disconnect?.()
