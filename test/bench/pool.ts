/**
 * The pool beside php-fpm: two workers each, behind one nginx each with one process, side by side in one run; and how long
 * quick requests wait beside a worker that computes. Needs nginx, php-fpm and wrk (apt-get install nginx-light php-fpm wrk).
 *
 * Arguments: for how many seconds each is measured at a time, 5 unless given, and how many clients there are.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../lab/until.ts'
import { fcgiClient } from '../pool/support/fcgi-client.ts'
import { startPool } from '../pool/support/pool-process.ts'
import { startNginx } from '../pool/support/web-server.ts'
import { type Workspace, workspace } from '../pool/support/workspace.ts'
import { median, report } from './timing.ts'

const seconds = Number(process.argv[2] ?? 5)
/**
 * At a time: as many as load the site in the tests of deploys. With few of them workers sleep between requests, and to wake them is
 * a part of what is measured.
 */
const clients = Number(process.argv[3] ?? 50)
/** Each measures both, one after the other: what else the machine does meets both alike. */
const rounds = 9

interface Load {
  readonly perSecond: number
  readonly p99Ms: number
}

function wrk(url: string): Load {
  const output = execFileSync('wrk', ['-t1', `-c${clients}`, `-d${seconds}s`, '--latency', url], {
    encoding: 'utf8',
  })
  const [, p99 = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? []
  const failed = /Non-2xx or 3xx responses: (\d+)|Socket errors: .*/.exec(output)
  if (failed !== null) throw new Error(`${url}: ${failed[0]}`)
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    p99Ms: Number(p99) * { us: 0.001, ms: 1, s: 1_000 }[unit as 'us' | 'ms' | 's'],
  }
}

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b)
const rounded = (values: readonly number[]): string =>
  sorted(values)
    .map((value) => value.toFixed(2))
    .join(' ')

/** php-fpm as it is packaged, with two children. */
async function startPhp(space: Workspace): Promise<string> {
  const binary = readdirSync('/usr/sbin').find((name) => name.startsWith('php-fpm'))
  if (binary === undefined) throw new Error('php-fpm is not installed')
  const socket = space.path('php.sock')
  const log = space.write('fpm.log', '')
  writeFileSync(space.path('hello.php'), '<?php header("Content-Type: text/plain"); echo "hello\\n";')
  const config = space.write(
    'fpm.conf',
    `[global]
error_log = ${log}
daemonize = no
[www]
user = www-data
group = www-data
listen = ${socket}
listen.mode = 0666
pm = static
pm.max_children = 2
`,
  )
  const child: ChildProcess = spawn(join('/usr/sbin', binary), ['-y', config, '-R'], { stdio: 'ignore' })
  space.onEnd(() => void child.kill('SIGTERM'))
  await until('php-fpm', () => readFileSync(log, 'utf8').includes('ready to handle'))
  return socket
}

/** What nginx passes on says which file php-fpm runs; the pool does not look at it. */
const site = (script: string, socket: string): string =>
  `upstream kept { server unix:${socket}; keepalive 64; }
server {
  listen 80;
  location /plain { include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME ${script}; fastcgi_pass unix:${socket}; }
  location /keep { include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME ${script}; fastcgi_keep_conn on; fastcgi_pass kept; }
}`

const resident = (pid: number): string =>
  `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024)} MiB`

async function throughput(): Promise<boolean> {
  const space = workspace()
  try {
    const script = space.path('hello.php')
    const phpSocket = await startPhp(space)
    const php = await startNginx(space, phpSocket, site(script, phpSocket))
    space.write(
      'hello.js',
      "export default { fetch: () => new Response('hello\\n', { headers: { 'content-type': 'text/plain' } }) }\n",
    )
    const socket = space.path('pool.sock')
    space.write('pool.yaml', `app: hello.js\nworkers: 2\nlisten: { path: ${socket}, mode: "0666" }\n`)
    const pool = await startPool(space, { args: ['--config', 'pool.yaml'] })
    const ours = await startNginx(space, socket, site(script, socket))
    console.log(`${clients} clients`)
    let met = true
    for (const [path, least] of [
      ['/plain', 1],
      ['/keep', 2.5],
    ] as const) {
      const loads: { ours: Load; php: Load }[] = []
      for (let round = 0; round < rounds; round++) {
        // php-fpm is measured without kept connections, as it is deployed.
        loads.push({ php: wrk(`${php.url}/plain`), ours: wrk(`${ours.url}${path}`) })
      }
      const of = (pick: (load: { ours: Load; php: Load }) => number): number => median(loads.map(pick))
      console.log(
        `${path}: ${Math.round(of(({ ours }) => ours.perSecond))} requests/s, p99 ${of(({ ours }) => ours.p99Ms).toFixed(2)} ms; php-fpm ${Math.round(of(({ php }) => php.perSecond))}, p99 ${of(({ php }) => php.p99Ms).toFixed(2)} ms`,
      )
      const speeds = loads.map(({ ours, php }) => ours.perSecond / php.perSecond)
      const waits = loads.map(({ ours, php }) => ours.p99Ms / php.p99Ms)
      console.log(`  in ${rounds} rounds: requests per second ${rounded(speeds)}; p99 ${rounded(waits)}`)
      const [speed, wait] = [median(speeds), median(waits)]
      report(`${path}: requests per second, to php-fpm`, speed, `at least ${least}`, speed >= least)
      report(`${path}: p99, to php-fpm`, wait, 'at most 1.5', wait <= 1.5)
      met &&= speed >= least && wait <= 1.5
    }
    const children = readFileSync(`/proc/${pool.pid}/task/${pool.pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
    console.log(
      `resident: manager ${resident(pool.pid)}, workers ${children.map((pid) => resident(Number(pid))).join(', ')}`,
    )
    return met
  } finally {
    await space.end()
  }
}

/** Four workers, one of which is always computing for 200 ms, and two quick clients. */
async function headOfLine(dispatch: 'idle' | 'shared'): Promise<number> {
  const space = workspace()
  try {
    space.write(
      'app.js',
      `export default { fetch(request) {
  const end = request.url.endsWith('slow') ? performance.now() + 200 : 0
  while (performance.now() < end);
  return new Response('done')
} }`,
    )
    const socket = space.path('pool.sock')
    space.write('pool.yaml', `app: app.js\nworkers: 4\nlisten: ${socket}\ndispatch: ${dispatch}\n`)
    const pool = await startPool(space, { args: ['--config', 'pool.yaml'] })
    await pool.waitFor(/ worker \d+ is ready/, 4)
    if (dispatch === 'idle') await pool.waitFor(/ dispatcher \d+ is ready/)
    const deadline = performance.now() + seconds * 1_000
    const waits: number[] = []
    const client = async (uri: string, noted: boolean): Promise<void> => {
      while (performance.now() < deadline) {
        const connection = await fcgiClient(socket)
        const began = performance.now()
        await connection.request(1, { REQUEST_METHOD: 'GET', REQUEST_URI: uri })
        if (noted) waits.push(performance.now() - began)
        connection.close()
      }
    }
    await Promise.all([client('/slow', false), client('/quick', true), client('/quick', true)])
    waits.sort((a, b) => a - b)
    return waits[Math.floor(waits.length * 0.99)] ?? Number.NaN
  } finally {
    await space.end()
  }
}

const isFast = await throughput()
const idle = await headOfLine('idle')
const shared = await headOfLine('shared')
const isQuick = idle <= 10
console.log(
  `beside a computation of 200 ms: p99 of quick requests ${idle.toFixed(1)} ms with dispatch: idle, ${shared.toFixed(1)} ms with shared; target: at most 10: ${isQuick ? 'met' : 'missed'}`,
)
if (!isFast || !isQuick) process.exitCode = 1
