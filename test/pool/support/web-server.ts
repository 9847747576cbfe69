/** Real nginx, Apache and lighttpd in front of a pool. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { until } from '../../lab/until.ts'
import { freePort, type Workspace } from './workspace.ts'

export interface WebServer {
  readonly port: number
  readonly url: string
  /** What it logged about errors. */
  errors(): string
}

/** Why there can be no nginx here; `undefined` when there can. */
export const nginxUnavailable = (): string | undefined =>
  spawnSync('nginx', ['-v']).error === undefined ? undefined : 'it needs nginx: install nginx-light'

/** nginx with the paths `/plain` and `/keep` in front of `address`, without and with kept connections. */
export async function startNginx(space: Workspace, address: string): Promise<WebServer> {
  const port = await freePort()
  const target = address.startsWith('/') ? `unix:${address}` : address
  const params = `include /etc/nginx/fastcgi_params; fastcgi_buffering on;`
  const config = space.write(
    `nginx-${port}.conf`,
    `daemon off; worker_processes 1; pid ${space.path(`nginx-${port}.pid`)}; error_log ${space.path(`nginx-${port}.log`)} info;
events { worker_connections 2048; }
http {
  access_log off; client_max_body_size 64m; client_body_buffer_size 64k;
  client_body_temp_path ${space.path('body')}; fastcgi_temp_path ${space.path('fastcgi')}; proxy_temp_path ${space.path('proxy')};
  uwsgi_temp_path ${space.path('uwsgi')}; scgi_temp_path ${space.path('scgi')};
  upstream kept { server ${target}; keepalive 16; }
  server {
    listen 127.0.0.1:${port};
    location /plain { ${params} fastcgi_pass ${target}; }
    location /keep { ${params} fastcgi_keep_conn on; fastcgi_pass kept; }
  }
}`,
  )
  await run(space, 'nginx', ['-c', config], port)
  const url = `http://127.0.0.1:${port}`
  // Of level info only what tells of a failure is kept: "client closed connection" is none.
  const log = (): string => readFileSync(space.path(`nginx-${port}.log`), 'utf8')
  return {
    port,
    url,
    errors: () =>
      log()
        .split('\n')
        .filter((line) => /\[(warn|error|crit|alert|emerg)\]|prematurely/.test(line))
        .join('\n'),
  }
}

/** Apache with the same two paths; `/keep` has `enablereuse=on`. */
export async function startApache(space: Workspace, address: string): Promise<WebServer> {
  const port = await freePort()
  const target = address.startsWith('/') ? `unix:${address}|fcgi://pool` : `fcgi://${address}`
  const log = space.path(`apache-${port}.log`)
  const modules = ['mpm_event', 'authz_core', 'proxy', 'proxy_fcgi']
  const config = space.write(
    `apache-${port}.conf`,
    `ServerRoot ${space.directory}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${space.path(`apache-${port}.pid`)}
DefaultRuntimeDir ${space.directory}
Mutex pthread
ErrorLog ${log}
LogLevel warn
User www-data
Group www-data
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
StartServers 1
ServerLimit 2
ThreadsPerChild 32
MaxRequestWorkers 64
ProxyTimeout 30
<Location /plain>
  Require all granted
  ProxyPass ${target}/plain enablereuse=off
</Location>
<Location /keep>
  Require all granted
  ProxyPass ${target.replace('fcgi://pool', 'fcgi://kept')}/keep enablereuse=on
</Location>
`,
  )
  await run(space, 'apache2', ['-D', 'FOREGROUND', '-f', config], port)
  const errors = (): string =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => /:(warn|error|crit|alert|emerg)\]/.test(line))
      .join('\n')
  return { port, url: `http://127.0.0.1:${port}`, errors }
}

/** lighttpd; everything goes to the pool. */
export async function startLighttpd(space: Workspace, address: string): Promise<WebServer> {
  const port = await freePort()
  const [host, targetPort] = address.split(':')
  const target = address.startsWith('/')
    ? `"socket" => "${address}"`
    : `"host" => "${host}", "port" => ${targetPort}`
  const log = space.path(`lighttpd-${port}.log`)
  const config = space.write(
    `lighttpd-${port}.conf`,
    `server.modules = ( "mod_fastcgi" )
server.document-root = "${space.directory}"
server.bind = "127.0.0.1"
server.port = ${port}
server.errorlog = "${log}"
server.stream-request-body = 1
fastcgi.server = ( "/" => (( ${target}, "check-local" => "disable", "fix-root-scriptname" => "enable" )) )
`,
  )
  await run(space, 'lighttpd', ['-D', '-f', config], port)
  const errors = (): string =>
    (existsSync(log) ? readFileSync(log, 'utf8') : '')
      .split('\n')
      .filter((line) => !/server (started|stopped)/.test(line))
      .join('\n')
      .trim()
  return { port, url: `http://127.0.0.1:${port}`, errors }
}

async function run(
  space: Workspace,
  command: string,
  args: readonly string[],
  port: number,
): Promise<ChildProcess> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  })
  let said = ''
  child.stderr.on('data', (part) => {
    said += part
  })
  child.on('error', (error) => {
    said += error.message
  })
  space.onEnd(async () => {
    if (child.exitCode !== null || child.pid === undefined) return
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
    child.kill('SIGTERM')
    await once(child, 'exit')
    clearTimeout(timer)
  })
  await until(`${command} to listen`, () => {
    if (child.exitCode !== null) throw new Error(`${command} ended:\n${said}`)
    return accepts(port)
  })
  return child
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
