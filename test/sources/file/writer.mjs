/** Writes numbered lines to a log as fast as it can, as a service does: opens it anew at SIGHUP. Ends after its lines. */

import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

const [path, lines, pauseMs] = process.argv.slice(2)
const batch = 200
const reopened = join(dirname(path), 'reopened')
let times = 0
let fd = openSync(path, 'a')
process.on('SIGHUP', () => {
  const old = fd
  fd = openSync(path, 'a')
  closeSync(old)
  // Who rotates waits for this: what is written to a file that is being compressed is lost.
  writeFileSync(reopened, String(++times))
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
