import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { unitText } from '../../src/install/unit-text.ts'

const shipped = readFileSync(new URL('../../systemd/unit-watchdog.service', import.meta.url), 'utf8')
const commandLine = (text: string) => /^ExecStart=(.*)$/m.exec(text)?.[1]

test('the unit starts the program that installed it, whatever its name', () => {
  const rest = 'run --rules /etc/unit-watchdog/rules.yaml'
  const program = ['/opt/node 20/bin/node', '/opt/100%/"it"/$watch\\dog.js']
  assert.equal(
    commandLine(unitText(shipped, program)),
    String.raw`"/opt/node 20/bin/node" "/opt/100%%/\"it\"/$$watch\\dog.js" ${rest}`,
  )
  assert.equal(
    commandLine(unitText(shipped, ['/usr/bin/node', '/usr/lib/w.js'])),
    `/usr/bin/node /usr/lib/w.js ${rest}`,
  )
})

test('the unit of a package is as it is shipped', () => {
  assert.equal(unitText(shipped, undefined), shipped)
  assert.match(commandLine(shipped) ?? '', /^\/usr\/bin\/watchdog run /)
})
