/** Loads what a worker serves and checks that it is whole, before the first request. */

import { exitStatus } from '../exit-status.ts'
import type { Log } from '../log.ts'
import { isObject } from '../messages.ts'
import type { NameValues } from '../protocol/name-values.ts'
import type { PreloadSpec, WorkerSettings } from '../settings.ts'
import { textOf } from '../text-of.ts'
import { stall } from './faults.ts'
import { importModule } from './module-import.ts'

/** What an application exports as `default`. */
export interface Application {
  fetch(request: Request, context: RequestContext): Response | Promise<Response>
  /** Throws, rejects or gives `false` when the application cannot do its work. The module may also export it by name. */
  selfCheck?(): unknown
}

export interface RequestContext {
  /** The FastCGI params as the web server sent them. */
  readonly params: NameValues
  /** Aborts when the client has gone, at `request_timeout`, and at the end of a shutdown. */
  readonly signal: AbortSignal
  /** Lines in the pool's log; errors go to the web server's error log, too. */
  readonly log: Log
  /** Says that the whole service is broken: the manager ends with all its workers. */
  readonly exitManager: (reason: string) => void
}

/** An application that cannot serve, and the status with which its worker ends. */
export interface Unfit {
  readonly status: number
  readonly text: string
}

export async function loadApplication(settings: WorkerSettings): Promise<Application | Unfit> {
  const faults = settings.faults ?? {}
  if (faults.crashAtStart !== undefined && Math.random() < faults.crashAtStart) {
    return { status: exitStatus.failed, text: 'fault on demand: crash at start' }
  }
  if (faults.preloadStallMs !== undefined) stall(faults.preloadStallMs)
  for (const spec of settings.preload) {
    const unfit = await preload(spec, settings.app, faults.missingExport)
    if (unfit !== undefined) return { status: exitStatus.preload, text: unfit }
  }
  const loaded = await loadModule(settings.app)
  if ('status' in loaded) return loaded
  for (const check of loaded.checks) {
    const text = await failureOf(check)
    if (text !== undefined) return { status: exitStatus.selfCheck, text }
  }
  return loaded.application
}

async function preload(
  spec: PreloadSpec,
  app: string,
  missing: string | undefined,
): Promise<string | undefined> {
  let exported: unknown
  try {
    exported = await importModule(spec.module, app)
  } catch (error) {
    return `cannot load ${spec.module}: ${textOf(error)}`
  }
  for (const [name, kind] of Object.entries(spec.exports)) {
    const value = name === missing ? undefined : isObject(exported) ? exported[name] : undefined
    const got = value === null ? 'null' : typeof value
    if (value === undefined) return `${spec.module} exports no ${name}; expected ${aKind(kind)}`
    if (kind !== 'any' && got !== kind) {
      return `${spec.module} exports ${name} as ${got}; expected ${aKind(kind)}`
    }
  }
  return undefined
}

interface Loaded {
  readonly application: Application
  readonly checks: readonly SelfCheck[]
}

type SelfCheck = () => unknown

async function loadModule(path: string): Promise<Loaded | Unfit> {
  const unfit = (text: string): Unfit => ({ status: exitStatus.appLoad, text })
  try {
    const exported: unknown = await importModule(path, path)
    const module = isObject(exported) ? exported : {}
    const application = module['default']
    if (!isApplication(application)) {
      return unfit(
        `${path} exports no application: expected "export default { fetch(request, context) { … } }"`,
      )
    }
    // A CommonJS module has the same one in both places.
    const found = [...new Set([application.selfCheck, module['selfCheck']])].filter(
      (check) => check !== undefined,
    )
    if (!found.every(isFunction)) return unfit(`${path} exports a selfCheck that is no function`)
    return { application, checks: found.map((check) => check.bind(application)) }
  } catch (error) {
    return unfit(`cannot load ${path}: ${textOf(error)}`)
  }
}

async function failureOf(check: SelfCheck): Promise<string | undefined> {
  try {
    return (await check()) === false ? 'selfCheck() gave false' : undefined
  } catch (error) {
    return `selfCheck() failed: ${textOf(error)}`
  }
}

const isFunction = (value: unknown): value is SelfCheck => typeof value === 'function'

const isApplication = (value: unknown): value is Application =>
  isObject(value) && typeof value['fetch'] === 'function'

const aKind = (kind: string): string =>
  kind === 'any' ? 'anything' : kind === 'object' ? 'an object' : `a ${kind}`
