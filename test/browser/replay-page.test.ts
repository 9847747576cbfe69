/** The report of a replay in a real browser: what a user sees, points at and hears of it. */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../lab/until.ts'
import { type Browser, type Page, startBrowser } from './browser.ts'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'replay-page-'))
const path = (name: string): string => join(directory, name)
const start = Date.parse('2026-11-01T00:00:00Z')
const hostile = '</script><script>hacked=1</script><img src=x onerror=hacked=1>\u2028'

/** Writes the report of a rule over `lines`, each at its second, and returns its path. */
function report(name: string, lines: Iterable<readonly [second: number, text: string]>): string {
  const [log, rules, page] = [path(`${name}.log`), path(`${name}.yaml`), path(`${name}.html`)]
  const text: string[] = []
  for (const [second, line] of lines) text.push(`${new Date(start + second * 1_000).toISOString()} ${line}\n`)
  writeFileSync(log, text.join(''))
  writeFileSync(
    rules,
    `version: 1
sources: { log: { file: ${log} } }
rules:
  worker-churn:
    description: Workers keep <b>exiting</b>
    source: log
    match: increase workers
    threshold: { count: 10, within: 90s }
    then: [{ restart: site.service }]
    cooldown: 30s
`,
  )
  try {
    execFileSync(process.execPath, [program, 'replay', '--rules', rules, log, '--html', page], {
      stdio: 'ignore',
    })
  } catch (error) {
    // 10: it would have acted.
    assert.equal((error as { status?: number }).status, 10)
  }
  return page
}

const outage = function* (): Generator<readonly [number, string]> {
  for (let hour = 0; hour < 27; hour++) yield [hour * 3_600, 'quiet']
  for (let death = 0; death < 16; death++)
    yield [100_000 + death * 4, `worker ${death} exited; increase workers ${hostile}`]
  yield [200_000, 'quiet']
}

let browser: Browser
let page: Page
before(async () => {
  browser = startBrowser()
  page = await browser.open(`file://${report('outage', outage())}`)
})
after(async () => {
  await browser.close()
  rmSync(directory, { recursive: true, force: true })
})

const textOf = (selector: string): Promise<string> =>
  page.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`)
const press = async (key: string): Promise<void> => {
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key.length === 1 ? key : '' })
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', key })
}
/** Middle of an element, in the window. */
const placeOf = (selector: string): Promise<{ readonly x: number; readonly y: number }> =>
  page.evaluate(`(() => {
    const { x, y, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect()
    return { x: x + width / 2, y: y + height / 2 }
  })()`)
const whole = '2026-11-01 00:00:00 to 2026-11-03 07:33:20 UTC (2 d 7 h)'

describe('the report of a replay', () => {
  test('says in words what would have been done, and why', async () => {
    assert.equal(await textOf('h1'), 'Would have acted 1 time')
    const row = await textOf('tbody tr')
    assert.match(row, /2026-11-02 03:47:16/)
    assert.match(row, /would restart site\.service/)
    assert.match(row, /10 events in 36s/)
    assert.match(row, /worker 9 exited/)
    await until('the charts', async () => (await textOf('#range')) === whole)
  })

  test('runs nothing that stands in a log, and asks no network', async () => {
    assert.equal(await page.evaluate('typeof hacked'), 'undefined')
    assert.equal(await page.evaluate('document.images.length'), 0)
    assert.deepEqual(page.complaints, [])
  })

  test('zooms by its buttons and by the wheel, and back', async () => {
    await page.evaluate("document.querySelector('[data-do=in]').click()")
    await until('a shorter time', async () => (await textOf('#range')) !== whole)
    const shorter = await textOf('#range')
    const { x, y } = await placeOf('.chart')
    await page.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, deltaX: 0, deltaY: -300 })
    await until('a shorter one', async () => (await textOf('#range')) !== shorter)
    await page.evaluate("document.querySelector('[data-do=all]').click()")
    await until('the whole log', async () => (await textOf('#range')) === whole)
  })

  test('tells by keys alone, aloud, what happened and which lines led to it', async () => {
    await page.evaluate("document.querySelector('.chart').focus()")
    await press('n')
    await until('the decision', async () => /would restart site\.service/.test(await textOf('#spoken')))
    assert.match(await textOf('#spoken'), /2026-11-02 03:47:16/)
    assert.match(await textOf('#spoken'), /cooldown of worker-churn, 6 ignored/)
    for (let times = 0; times < 12; times++) await press('+')
    await until('a minute', async () => /\(\d+(\.\d+)? ?(s|min)/.test(await textOf('#range')))
    await press('0')
    await until('the whole log', async () => (await textOf('#range')) === whole)
  })

  test('shows the lines under the pointer', async () => {
    await page.evaluate("document.querySelector('tbody button').click()")
    await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: 1, y: 1 })
    const { x, y } = await placeOf('.chart svg')
    await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y })
    await until('the lines', async () =>
      /worker \d+ exited; increase workers <\/script>/.test(await textOf('#tip')),
    )
    assert.equal(await page.evaluate("document.querySelector('#tip').hidden"), false)
  })

  test('is dark where the user wants it dark', async () => {
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const scheme = (value: string) =>
      page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })
    const brightness = (colour: string): number =>
      (colour.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)
    await scheme('light')
    const light = brightness(await background())
    await scheme('dark')
    assert.ok(brightness(await background()) < 200 && light > 600)
  })

  test('of a million events is as small as one of thousands, and draws no more', async () => {
    const lines = function* (): Generator<readonly [number, string]> {
      for (let event = 0; event < 1_000_000; event++)
        yield [event, `worker ${event} exited; increase workers`]
    }
    const large = report('million', lines())
    assert.ok(statSync(large).size < 8_000_000, `${statSync(large).size} bytes`)
    const opened = await browser.open(`file://${large}`)
    const drawn = () => opened.evaluate<number>("document.querySelectorAll('.chart svg *').length")
    await until('the chart', async () => (await drawn()) > 10)
    assert.ok((await drawn()) < 20_000, `${await drawn()} elements`)
    assert.match(readFileSync(large, 'utf8').slice(0, 20_000), /1000000 events/)
    assert.deepEqual(opened.complaints, [])
  })
})
