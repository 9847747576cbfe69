/** Real web servers in front of a pool. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { until } from '../../lab/until.ts'
import { freePort, type Workspace } from './workspace.ts'

export interface WebServer {
  readonly url: string
  /** What it logged about errors. */
  errors(): string
}

const packages = {
  nginx: 'nginx-light',
  apache2: 'apache2-bin',
  lighttpd: 'lighttpd',
  haproxy: 'haproxy',
  'cgi-fcgi': 'libfcgi-bin',
} as const

const path = `${process.env['PATH']}:/usr/sbin`

/** Why there can be none here; `undefined` when there can. */
export const unavailable = (program: keyof typeof packages): string | undefined =>
  spawnSync(program, ['-v'], { env: { PATH: path } }).error === undefined
    ? undefined
    : `it needs ${program}: install ${packages[program]}`

/** Each answers `/plain` and `/keep` from the pool at `address`, without and with kept connections, or has the `site` instead. */
type Start = (space: Workspace, address: string, site?: string) => Promise<WebServer>

export const startNginx: Start = async (space, address, site) => {
  const port = await freePort()
  const target = address.startsWith('/') ? `unix:${address}` : address
  const params = 'include /etc/nginx/fastcgi_params; fastcgi_buffering on;'
  const paths = `upstream kept { server ${target}; keepalive 16; }
server {
  listen 127.0.0.1:${port};
  location /plain { ${params} fastcgi_pass ${target}; }
  location /keep { ${params} fastcgi_keep_conn on; fastcgi_pass kept; }
}`
  const log = space.path(`nginx-${port}.log`)
  const config = space.write(
    `nginx-${port}.conf`,
    `daemon off; worker_processes 1; pid ${space.path(`nginx-${port}.pid`)}; error_log ${log} info;
events { worker_connections 2048; }
http {
  access_log off; client_max_body_size 64m; client_body_buffer_size 64k;
  client_body_temp_path ${space.path('body')}; fastcgi_temp_path ${space.path('fastcgi')}; proxy_temp_path ${space.path('proxy')};
  uwsgi_temp_path ${space.path('uwsgi')}; scgi_temp_path ${space.path('scgi')};
  ${site?.replace('listen 80', `listen 127.0.0.1:${port}`).replace('/run/fcgi-pool/site.sock', address) ?? paths}
}`,
  )
  await run(space, 'nginx', ['-c', config], port)
  // Of level info only what tells of a failure is kept: "client closed connection" is none.
  return webServer(port, log, (line) => /\[(warn|error|crit|alert|emerg)\]|prematurely/.test(line))
}

/** `/keep` has `enablereuse=on`. */
export const startApache: Start = async (space, address, site) => {
  const port = await freePort()
  const target = (name: string): string =>
    address.startsWith('/') ? `unix:${address}|fcgi://${name}` : `fcgi://${address}`
  const log = space.path(`apache-${port}.log`)
  const modules = ['mpm_event', 'authz_core', 'authz_host', 'proxy', 'proxy_fcgi']
  const paths = `<Location /plain>
  Require all granted
  ProxyPass ${target('plain')}/plain enablereuse=off
</Location>
<Location /keep>
  Require all granted
  ProxyPass ${target('kept')}/keep enablereuse=on
</Location>`
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
StartServers 2
ServerLimit 2
ThreadsPerChild 32
MaxRequestWorkers 64
MinSpareThreads 1
MaxSpareThreads 64
ProxyTimeout 30
KeepAliveTimeout 30
${site?.replace('*:80', `127.0.0.1:${port}`).replace('/run/fcgi-pool/site.sock', address) ?? paths}
`,
  )
  await run(space, 'apache2', ['-D', 'FOREGROUND', '-f', config], port)
  return webServer(port, log, (line) => /:(warn|error|crit|alert|emerg)\]/.test(line))
}

/** Its connections are never kept, whatever the path. */
export const startLighttpd: Start = async (space, address, site) => {
  const port = await freePort()
  const [host, targetPort] = address.split(':')
  const target = address.startsWith('/')
    ? `"socket" => "${address}"`
    : `"host" => "${host}", "port" => ${targetPort}`
  const log = space.path(`lighttpd-${port}.log`)
  const paths = `server.modules = ( "mod_fastcgi" )
server.stream-request-body = 1
fastcgi.server = ( "/" => (( ${target}, "check-local" => "disable", "fix-root-scriptname" => "enable" )) )`
  const config = space.write(
    `lighttpd-${port}.conf`,
    `server.document-root = "${space.directory}"
server.bind = "127.0.0.1"
server.port = ${port}
server.errorlog = "${log}"
${site?.replace('/run/fcgi-pool/site.sock', address) ?? paths}
`,
  )
  await run(space, 'lighttpd', ['-D', '-f', config], port)
  return webServer(port, log, (line) => line !== '' && !/server (started|stopped)/.test(line))
}

/** HAProxy, which asks for values and has many requests on each connection. */
export const startHaproxy: Start = async (space, address, site) => {
  const port = await freePort()
  const config = space.write(
    `haproxy-${port}.cfg`,
    site ??
      `global
  stats socket ${space.path(`haproxy-${port}.sock`)} mode 600
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  retries 0
frontend web
  bind 127.0.0.1:${port}
  default_backend pool
backend pool
  use-fcgi-app app
  server pool ${address.startsWith('/') ? `unix@${address}` : address} proto fcgi
fcgi-app app
  docroot /
  option keep-conn
  option get-values
  option mpxs-conns
  option max-reqs 100
`,
  )
  await run(space, 'haproxy', ['-f', config], port)
  return webServer(port, space.write(`haproxy-${port}.log`, ''), () => true)
}

function webServer(port: number, log: string, tells: (line: string) => boolean): WebServer {
  const lines = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [])
  return { url: `http://127.0.0.1:${port}`, errors: () => lines().filter(tells).join('\n').trim() }
}

async function run(
  space: Workspace,
  command: string,
  args: readonly string[],
  port: number,
): Promise<ChildProcess> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: path },
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
