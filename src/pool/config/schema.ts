/** The words of a pool's configuration. `expected` says for each what it takes, for messages. */

import * as z from 'zod'
import { parseListenAddress } from './listen-address.ts'
import { parseSize, parseSpan } from './quantity.ts'

const span = z.string().transform((text, context) => {
  const parsed = parseSpan(text)
  if (parsed !== undefined) return parsed
  context.addIssue({ code: 'custom', message: 'no time span' })
  return z.NEVER
})

const size = z.string().transform((text, context) => {
  const parsed = parseSize(text)
  if (parsed !== undefined) return parsed
  context.addIssue({ code: 'custom', message: 'no size' })
  return z.NEVER
})

const count = z.int().min(1).max(10_000)
const text = z.string().min(1)
const path = z.string().regex(/^\//)
const name = z.union([text, z.int().min(0).transform(String)])

const listenAddress = z.string().transform((text, context) => {
  const parsed = parseListenAddress(text)
  if (parsed !== undefined) return parsed
  context.addIssue({ code: 'custom', message: 'no address' })
  return z.NEVER
})

const listen = z.union([
  listenAddress,
  z.strictObject({
    path: z.string().regex(/\//),
    mode: z
      .string()
      .regex(/^0?[0-7]{3}$/)
      .default('0660'),
    owner: name.optional(),
    group: name.optional(),
  }),
])

const workers = z.union([
  count,
  z.strictObject({ mode: z.literal('static'), count }),
  z
    .strictObject({
      mode: z.literal('dynamic'),
      min: count,
      max: count,
      min_spare: count.default(1),
      max_spare: count.optional(),
      step: count.default(4),
    })
    // Whoever wants more to spare than the default allows need not say it twice.
    .transform(({ max_spare, ...rest }) => ({
      ...rest,
      max_spare: max_spare ?? Math.max(3, rest.min_spare),
    })),
  z.strictObject({ mode: z.literal('ondemand'), max: count, idle_timeout: span.default(10_000) }),
])

const kinds = z.enum(['function', 'object', 'string', 'number', 'boolean', 'bigint', 'symbol', 'any'])

const faults = z.strictObject({
  crash_at_start: z.number().min(0).max(1).optional(),
  missing_export: text.optional(),
  preload_stall: span.optional(),
  crash_path: path.optional(),
  leak_path: path.optional(),
  hang_path: path.optional(),
})

export const poolSchema = z.strictObject({
  app: text,
  listen: listen.optional(),
  workers: workers.default(2),
  dispatch: z.enum(['shared', 'idle']).optional(),
  reload: z.enum(['rolling', 'parallel']).default('rolling'),
  watch: z.boolean().default(false),
  preload: z.record(text, z.record(text, kinds).nullable()).default({}),
  ping_path: path.optional(),
  status_path: path.optional(),
  control: text.optional(),
  max_requests: z.int().min(1).optional(),
  max_memory: size.optional(),
  max_active: count.default(1_000),
  max_queue: count.default(1_000),
  max_params: size.default(1 << 20),
  max_body_buffer: size.default(1 << 18),
  request_timeout: span.default(60_000),
  input_timeout: span.default(60_000),
  output_timeout: span.default(300_000),
  shutdown_timeout: span.default(30_000),
  abort_timeout: span.default(5_000),
  start_timeout: span.default(60_000),
  answer_timeout: span.default(10_000),
  upgrade_timeout: span.default(60_000),
  restart_delay: span.default(4_000),
  faults: faults.optional(),
})

export type PoolConfig = z.infer<typeof poolSchema>

const timeSpan = 'a time span above zero with a unit, like 30s or 1min 30s'
const byteSize = 'a size with K, M or G, like 512M'
const urlPath = 'a path that begins with /'
const wholeNumber = 'a whole number of at least 1'

/** Completes "expected …" for each key. */
export const expected: Readonly<Record<string, string>> = {
  app: 'the path of a module that exports the application',
  listen:
    'HOST:PORT with an IP address or localhost (127.0.0.1:9000, "[::1]:9000") and a port from 1 to 65535, the path of a Unix socket with a / in it (./site.sock), systemd, fd:NUMBER, or { path, mode, owner, group } with a mode like "0660"',
  workers:
    'a number from 1 to 10000, or { mode: static, count }, { mode: dynamic, min, max, min_spare, max_spare, step }, or { mode: ondemand, max, idle_timeout }',
  dispatch: 'shared or idle',
  reload: 'rolling or parallel',
  watch: 'true or false',
  preload: 'modules, each with its exports and their kinds, like "./db.js: { query: function }"',
  ping_path: urlPath,
  status_path: urlPath,
  control: 'the path of a socket',
  max_requests: wholeNumber,
  max_memory: byteSize,
  max_active: wholeNumber,
  max_queue: wholeNumber,
  max_params: byteSize,
  max_body_buffer: byteSize,
  request_timeout: timeSpan,
  input_timeout: timeSpan,
  output_timeout: timeSpan,
  shutdown_timeout: timeSpan,
  abort_timeout: timeSpan,
  start_timeout: timeSpan,
  answer_timeout: timeSpan,
  upgrade_timeout: timeSpan,
  restart_delay: timeSpan,
  faults:
    'crash_at_start (0 to 1), missing_export, preload_stall (a time span), crash_path, leak_path, hang_path (paths)',
}
