/** A headless Chromium, driven over its DevTools protocol through a pipe: see `--remote-debugging-pipe`. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

type Json = Readonly<Record<string, unknown>>

export interface Page {
  send(method: string, params?: Json): Promise<Json>
  /** The value of an expression, by JSON. */
  evaluate<T>(expression: string): Promise<T>
  /** What the page complained of: errors of scripts, breaches of its policy, requests of any kind. */
  readonly complaints: readonly string[]
}

export interface Browser {
  open(url: string, size?: { readonly width: number; readonly height: number }): Promise<Page>
  close(): Promise<void>
}

/** Slow machines start a browser slowly; what takes longer than this hangs. */
const patience = 60_000

export function startBrowser(): Browser {
  const folder = mkdtempSync(join(tmpdir(), 'browser-'))
  const flags = [
    '--headless=new',
    '--remote-debugging-pipe',
    `--user-data-dir=${folder}`,
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ]
  const child = spawn('chromium', flags, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] })
  const [, , stderr, input, output] = child.stdio
  assert.ok(input instanceof Writable && output instanceof Readable && stderr instanceof Readable)
  const said = text(stderr)
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const connection = connect(input, output)
  child.once('error', (error) => connection.fail(error))
  child.once(
    'close',
    () => void said.then((words) => connection.fail(new Error(`chromium has ended: ${words}`))),
  )
  input.on('error', (error) => connection.fail(error))

  return {
    async open(url, { width, height } = { width: 1_200, height: 900 }) {
      const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank' })
      const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true })
      const page = pageOf(connection, String(sessionId))
      await Promise.all(['Page', 'Runtime', 'Log', 'Network'].map((domain) => page.send(`${domain}.enable`)))
      const metrics = { width, height, deviceScaleFactor: 1, mobile: false }
      await page.send('Emulation.setDeviceMetricsOverride', metrics)
      await page.send('Page.navigate', { url })
      await connection.seen(String(sessionId), 'Page.loadEventFired')
      return page
    },
    async close() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function pageOf(connection: Connection, sessionId: string): Page {
  const complaints: string[] = []
  let isOpen = false
  connection.on(sessionId, (method, params) => {
    if (method === 'Page.loadEventFired') isOpen = true
    const isRequest = method === 'Network.requestWillBeSent' && isOpen
    const isError = method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded'
    if (isRequest || isError) complaints.push(JSON.stringify(params))
  })
  const send: Page['send'] = (method, params = {}) => connection.send(method, params, sessionId)
  return {
    complaints,
    send,
    async evaluate<T>(expression: string): Promise<T> {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      })
      assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails))
      return (result as { readonly value: T }).value
    },
  }
}

interface Connection {
  send(method: string, params: Json, sessionId?: string): Promise<Json>
  on(sessionId: string, listener: (method: string, params: Json) => void): void
  seen(sessionId: string, method: string): Promise<void>
  fail(error: Error): void
}

interface Message {
  readonly id?: number
  readonly sessionId?: string
  readonly method?: string
  readonly params?: Json
  readonly result?: Json
  readonly error?: { readonly message: string }
}

/** Messages are JSON, each with a zero byte behind it. */
function connect(input: Writable, output: Readable): Connection {
  const waiting = new Map<number, { resolve: (result: Json) => void; reject: (error: Error) => void }>()
  const listeners: { sessionId: string; listener: (method: string, params: Json) => void }[] = []
  const seen = new Set<string>()
  let next = 1
  let failure: Error | undefined
  let rest = ''
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\0')
    rest = parts.pop() ?? ''
    for (const part of parts) receive(JSON.parse(part) as Message)
  })

  function receive({ id, sessionId = '', method, params = {}, result = {}, error }: Message): void {
    if (id !== undefined) {
      if (error === undefined) waiting.get(id)?.resolve(result)
      else waiting.get(id)?.reject(new Error(error.message))
      waiting.delete(id)
    } else if (method !== undefined) {
      seen.add(`${sessionId} ${method}`)
      for (const listener of listeners)
        if (listener.sessionId === sessionId) listener.listener(method, params)
    }
  }

  return {
    send(method, params, sessionId) {
      if (failure !== undefined) return Promise.reject(failure)
      const id = next++
      const answer = new Promise<Json>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${method}: no answer in ${patience} ms`)), patience)
        const done = () => clearTimeout(timer)
        waiting.set(id, {
          resolve: (result) => {
            done()
            resolve(result)
          },
          reject: (error) => {
            done()
            reject(error)
          },
        })
      })
      const message = { id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }
      input.write(`${JSON.stringify(message)}\0`)
      return answer
    },
    on: (sessionId, listener) => void listeners.push({ sessionId, listener }),
    seen: (sessionId, method) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${method} did not come`)), patience)
        const found = (): void => {
          clearTimeout(timer)
          resolve()
        }
        if (seen.has(`${sessionId} ${method}`)) found()
        else listeners.push({ sessionId, listener: (name) => name === method && found() })
      }),
    fail(error) {
      failure ??= error
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    },
  }
}
