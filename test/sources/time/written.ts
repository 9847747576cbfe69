/** Lines of every format as their programs write them, at any instant: the model that the readers are compared with. */

import type { TimestampFormat } from '../../../src/config/timestamp-formats.ts'

export interface Shape {
  readonly format: TimestampFormat
  readonly layout: string
}

/** `%3`, `%6` and `%9` are decimals, `%D`, `%C` and `%N` the count of ms, µs and ns; all others as strftime(3) has them. */
export const shapes: readonly Shape[] = [
  { format: 'iso8601', layout: '%Y-%m-%dT%H:%M:%S.%6%:z host app: text' },
  { format: 'iso8601', layout: '%Y-%m-%dT%H:%M:%S%z host app[7]: of journalctl -o short-iso' },
  { format: 'iso8601', layout: '%Y-%m-%d %H:%M:%S,%3 - root - INFO - python' },
  { format: 'iso8601', layout: '[%Y-%m-%d %H:%M:%S.%3] [info] 17/05/24 12:00:00 text' },
  { format: 'iso8601', layout: '%Y-%m-%d %H:%M:%S, Info                  CBS    Loaded Servicing Stack' },
  { format: 'iso8601', layout: '%Y-%m-%d %k:%M:%S 0 [Note] of MariaDB' },
  { format: 'rfc5424', layout: '<34>1 %Y-%m-%dT%H:%M:%S.%6%:z host app 7 ID47 - text' },
  { format: 'rfc3164', layout: '%b %e %H:%M:%S host app[7]: text' },
  { format: 'rfc3164', layout: '<34>%b %e %H:%M:%S.%6 host app[7]: text' },
  {
    format: 'json',
    layout: '{"msg":"\\",\\"time\\":\\"x","time":"%Y-%m-%dT%H:%M:%S.%6%:z","level":"INFO"}',
  },
  { format: 'json', layout: '{"level":"info","ts":%s.%6,"msg":"of zap"}' },
  { format: 'json', layout: '{"level":30,"time":%D,"pid":7,"msg":"of pino"}' },
  { format: 'json', layout: '{"t":{"$date":"%Y-%m-%dT%H:%M:%S.%3%:z"},"s":"I","c":"NETWORK"}' },
  { format: 'json', layout: '{ "time_local": "%d/%b/%Y:%H:%M:%S %z", "status": 200 }' },
  { format: 'apache-error', layout: '[%a %b %d %H:%M:%S.%6 %Y] [core:error] [pid 7] text' },
  { format: 'apache-error', layout: '[%a %b %d %H:%M:%S %Y] [notice] text' },
  { format: 'ctime', layout: '%a %b %e %H:%M:%S %Y - *** Starting uWSGI ***' },
  { format: 'ctime', layout: '%a %b %e %H:%M:%S %z %Y text' },
  { format: 'ctime', layout: '%a %Y-%m-%d %H:%M:%S %z host app[7]: text' },
  { format: 'go', layout: '%Y/%m/%d %H:%M:%S.%6 main.go:7: text' },
  { format: 'go', layout: '[GIN] %Y/%m/%d - %H:%M:%S | 200 | 1.2ms | ::1 | GET "/"' },
  { format: 'nginx', layout: '%Y/%m/%d %H:%M:%S [error] 7#7: *1 connect() failed' },
  { format: 'samba', layout: '[%Y/%m/%d %H:%M:%S.%6,  3] ../source3/smbd/server.c:7(main)' },
  { format: 'php', layout: '[%d-%b-%Y %H:%M:%S] WARNING: [pool www] child 7 exited' },
  { format: 'php', layout: '[%d-%b-%Y %H:%M:%S.%6] DEBUG: pid 7, text' },
  { format: 'php', layout: '[%d-%b-%Y %H:%M:%S %z] PHP Fatal error:  text' },
  { format: 'tomcat', layout: '%d-%b-%Y %H:%M:%S.%3 INFO [main] org.apache.catalina.startup' },
  { format: 'log4j', layout: '%d %b %Y %H:%M:%S,%3 [main] INFO  text' },
  { format: 'log4j', layout: '[%d %b %Y %H:%M:%S] text' },
  { format: 'java-logging', layout: '%b %d, %Y %I:%M:%S %p org.example.Main main' },
  { format: 'rails', layout: 'I, [%Y-%m-%dT%H:%M:%S.%6 #7]  INFO -- : text' },
  { format: 'redis', layout: '7:M %d %b %Y %H:%M:%S.%3 * Ready to accept connections' },
  { format: 'redis', layout: '[7] %d %b %H:%M:%S.%3 * Ready to accept connections' },
  { format: 'klog', layout: 'E%m%d %H:%M:%S.%6       7 main.go:12] text' },
  { format: 'level-first', layout: 'ERROR %Y-%m-%d %H:%M:%S,%3 x.y.Z - text' },
  { format: 'level-first', layout: 'WARN  [main] %Y-%m-%d %H:%M:%S,%3 x.y.Z - text' },
  { format: 'level-first', layout: '[INFO] [%Y-%m-%dT%H:%M:%S.%6%:z] text' },
  { format: 'level-first', layout: 'info: %Y/%m/%d %H:%M:%S main.go:7: text' },
  { format: 'spark', layout: '%y/%m/%d %H:%M:%S INFO executor.CoarseGrainedExecutorBackend: text' },
  { format: 'hdfs', layout: '%y%m%d %H%M%S 148 INFO dfs.DataNode$PacketResponder: text' },
  { format: 'hdfs', layout: '%y%m%d %k:%M:%S [Note] of an old MySQL' },
  { format: 'logcat', layout: '%m-%d %H:%M:%S.%3  1702  2395 D WindowManager: text' },
  { format: 'iso8601-basic', layout: '%Y%m%dT%H%M%S%z text' },
  { format: 'rfc3164-year', layout: '%b %e %Y %H:%M:%S: %%ASA-6-302013: text' },
  { format: 'audit', layout: 'type=SYSCALL msg=audit(%s.%3:24287): arch=c000003e' },
  { format: 'epoch', layout: '%s text' },
  { format: 'epoch', layout: '%s.%3    127 127.0.0.1 TCP_MISS/200' },
  { format: 'epoch', layout: '[%s] SERVICE ALERT: text' },
  { format: 'epoch', layout: '%D text' },
  { format: 'epoch', layout: '%C text' },
  { format: 'epoch', layout: '%N text' },
  {
    format: 'apache-access',
    layout: '127.0.0.1 - frank [%d/%b/%Y:%H:%M:%S %z] "GET / HTTP/1.0" 200 7',
  },
  { format: 'apache-access', layout: '::1 - - [%d/%b/%Y %H:%M:%S] "GET / HTTP/1.1" 200 -' },
  { format: 'embedded', layout: '[pid: 7|app: 0] ::1 () {30 vars} [%a %b %e %H:%M:%S %Y] GET /' },
  { format: 'embedded', layout: 'time="%Y-%m-%dT%H:%M:%S%:z" level=info msg=text' },
]

/** How many µs the layout can tell apart. */
export const precision = ({ layout }: Shape): number =>
  /%[6CN]/.test(layout) ? 1 : /%[3D]/.test(layout) ? 1_000 : 1_000_000

/** The line of an instant in µs, by clocks that are `east` µs ahead of UTC. */
export function written({ layout }: Pick<Shape, 'layout'>, at: number, east = 0): string {
  const wall = new Date(Math.floor((at + east) / 1_000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const shown = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' }).format(wall)
  const minutes = Math.abs(east) / 60_000_000
  const sign = east < 0 ? '-' : '+'
  const micros = String(((at % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0')
  const parts: Readonly<Record<string, () => string>> = {
    Y: () => String(wall.getUTCFullYear()),
    y: () => two(wall.getUTCFullYear() % 100),
    m: () => two(wall.getUTCMonth() + 1),
    b: () => shown({ month: 'short' }),
    a: () => shown({ weekday: 'short' }),
    d: () => two(wall.getUTCDate()),
    e: () => String(wall.getUTCDate()).padStart(2),
    H: () => two(wall.getUTCHours()),
    k: () => String(wall.getUTCHours()).padStart(2),
    I: () => two(wall.getUTCHours() % 12 || 12),
    p: () => (wall.getUTCHours() < 12 ? 'AM' : 'PM'),
    M: () => two(wall.getUTCMinutes()),
    S: () => two(wall.getUTCSeconds()),
    3: () => micros.slice(0, 3),
    6: () => micros,
    f: () => `.${micros}`,
    z: () => `${sign}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`,
    ':z': () => `${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`,
    Z: () => 'UTC',
    s: () => String(Math.floor(at / 1_000_000)),
    D: () => String(Math.floor(at / 1_000)),
    C: () => String(at),
    N: () => `${at}789`,
    '%': () => '%',
  }
  return layout
    .replace(/%F/g, '%Y-%m-%d')
    .replace(/%T/g, '%H:%M:%S')
    .replace(/%\??(:?.)/g, (directive, name: string) => parts[name]?.() ?? directive)
}
