/** The pool as it is shipped, in JavaScript: what tests run, because from source every worker would load a translator. */

import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const project = fileURLToPath(new URL('../../..', import.meta.url))
const source = join(project, 'src/pool')
const cache = join(project, 'node_modules/.cache/fcgi-pool')

/** Path of the `fcgi-pool` program, translated from today's source. */
export function builtPool(): string {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const stamp = files.map((file) => `${file} ${statSync(join(source, file)).mtimeMs}`).join('\n')
  const stampFile = join(cache, 'stamp')
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) translate(files, stamp)
  return join(cache, 'dist/pool/cli/fcgi-pool.js')
}

/** Into a folder of its own and then renamed, as test files run side by side. */
function translate(files: readonly string[], stamp: string): void {
  const fresh = `${cache}.${process.pid}`
  for (const file of files) {
    const { outputText } = ts.transpileModule(readFileSync(join(source, file), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    })
    const path = join(fresh, 'dist/pool', file.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, outputText)
  }
  cpSync(join(project, 'package.json'), join(fresh, 'package.json'))
  writeFileSync(join(fresh, 'stamp'), stamp)
  rmSync(cache, { recursive: true, force: true })
  try {
    renameSync(fresh, cache)
  } catch {
    // Another test file was quicker, with the same result.
    rmSync(fresh, { recursive: true, force: true })
  }
}
