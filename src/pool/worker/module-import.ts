/** How a worker finds the modules that a configuration names. */

import { realpathSync } from 'node:fs'
import Module from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * A path is taken from the working directory. Anything else is imported as the file `app` would do it, so that a package is
 * one of the application's own, not of the pool's. Rejects as `import()` does.
 */
export async function importModule(module: string, app: string): Promise<unknown> {
  if (/^[./]/.test(module)) return import(pathToFileURL(realPath(resolve(module))).href)
  const importFrom = importerOf(realPath(app))
  return importFrom(module)
}

/**
 * An `import()` that starts from `file`, which need not be there. Node resolves packages from elsewhere by `require`'s rules,
 * with which one that is for `import` alone is not found. Compilers and test runners compile with the same function; it is
 * not documented, so `test/pool/start.test.ts` pins it for each version.
 */
function importerOf(file: string): (module: string) => Promise<unknown> {
  const importer = new Module(file)
  const compile: unknown = Reflect.get(importer, '_compile')
  if (typeof compile !== 'function') throw new Error('this version of Node cannot import from another file')
  Reflect.apply(compile, importer, ['module.exports = (name) => import(name)', file])
  return importer.exports
}

/**
 * Links are followed as Node does it, which before version 24 leaves some out when the last `fstat` was one of a pipe or socket:
 * a module was there twice then, by its own path and by that of a link. A link that leads nowhere is left for `import` to tell of.
 */
function realPath(file: string): string {
  try {
    return realpathSync.native(file)
  } catch {
    return file
  }
}
