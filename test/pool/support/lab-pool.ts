/** A pool inside a lab, under the units that are shipped, behind nginx. */

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Lab, projectInside } from '../../lab/lab.ts'
import { until } from '../../lab/until.ts'
import { builtPool } from './built-pool.ts'
import { type Load, startLoad } from './load.ts'

const project = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
const shipped = (path: string): string => readFileSync(`${project}/${path}`, 'utf8')

export interface LabPool {
  readonly unit: string
  /** Starts clients of nginx, half of which use connections that it keeps. */
  load(clients: number): Load
  /** What nginx logged about errors. */
  errors(): Promise<string>
  systemctl(...args: readonly string[]): Promise<string>
  /** A property of the unit. */
  show(property: string): Promise<string>
  /** What `fcgi-pool status` says. */
  status(): Promise<string>
  /** How many lines of the unit's journal match. */
  count(pattern: RegExp): Promise<number>
  /** Puts other code in the place of the application's library, and of its configuration what is given. */
  deploy(lib: string): Promise<void>
}

/** Starts it with `config` beside what it needs in any case, and waits until systemd says that it is ready. */
export async function startLabPool(lab: Lab, config: string, dropIn = ''): Promise<LabPool> {
  const unit = 'fcgi-pool@site.service'
  const program = builtPool().replace(project, projectInside)
  await lab.writeFile('/run/site/site.mjs', shipped('test/pool/fixtures/site.mjs'))
  const deploy = (lib: string): Promise<void> => lab.writeFile('/run/site/lib.mjs', lib)
  await deploy(shipped('test/pool/fixtures/lib.mjs'))
  await lab.writeFile('/etc/fcgi-pool/site.yaml', `app: /run/site/site.mjs\nlisten: systemd\n${config}`)
  for (const name of ['fcgi-pool@.socket', 'fcgi-pool@.service'])
    await lab.writeUnit(name, shipped(`systemd/${name}`))
  await lab.writeUnit(
    'fcgi-pool@.service.d/lab.conf',
    `[Service]\nExecStart=\nExecStart=/run/lab/bin/node ${program} --config /etc/fcgi-pool/%i.yaml\n${dropIn}`,
  )
  const systemctl = async (...args: readonly string[]): Promise<string> =>
    (await lab.run('systemctl', args, { timeoutMs: 60_000 })).stdout
  await systemctl('start', 'fcgi-pool@site.socket', unit)
  await lab.writeFile('/run/nginx.conf', nginxConfig)
  const nginx = await lab.spawn('/usr/sbin/nginx', ['-c', '/run/nginx.conf'])
  // The lab has a network of its own; its files are reached from here.
  const socket = `/proc/${await nginx.hostPid()}/root/run/nginx.sock`
  await until('nginx', () => existsSync(socket))
  return {
    unit,
    load: (clients) => startLoad(['http://localhost/plain', 'http://localhost/keep'], clients, socket),
    deploy,
    systemctl,
    show: async (property) => systemctl('show', '--value', '-p', property, unit),
    status: async () =>
      (await lab.run('node', [program, 'status', '--control', '/run/fcgi-pool/site/control'])).stdout,
    count: async (pattern) => {
      const { stdout } = await lab.run('journalctl', ['-o', 'cat', '--no-pager', '-u', unit])
      return stdout.split('\n').filter((line) => pattern.test(line)).length
    },
    errors: async () => (await lab.run('cat', ['/run/nginx.log'])).stdout,
  }
}

const nginxConfig = `
daemon off; user www-data; worker_processes 1; pid /run/nginx.pid; error_log /run/nginx.log warn;
events { worker_connections 2048; }
http {
  access_log off; client_body_buffer_size 64k;
  client_body_temp_path /run/body; fastcgi_temp_path /run/fcgi; proxy_temp_path /run/proxy;
  uwsgi_temp_path /run/uwsgi; scgi_temp_path /run/scgi;
  include /etc/nginx/fastcgi_params;
  upstream site { server unix:/run/fcgi-pool/site.sock; keepalive 16; }
  server {
    listen unix:/run/nginx.sock;
    location /plain { fastcgi_pass unix:/run/fcgi-pool/site.sock; }
    location /keep { fastcgi_keep_conn on; fastcgi_pass site; }
  }
}
`
