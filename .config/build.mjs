/**
 * Builds `dist/`: the watchdog as one script that is compiled beforehand, since most of a short command's time would be
 * loading many files and compiling them; the pool file by file; manual pages and completions.
 */

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

rmSync('dist', { recursive: true, force: true })

const options = {
  outdir: 'dist/cli',
  bundle: true,
  // V8 caches scripts, and no modules.
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // Some load parts of themselves by their paths; the others are large and seldom needed.
  external: ['pino', 'dbus-next', 'koffi', 'nodemailer', 'prom-client'],
  // They are all CommonJS, and a script may not import.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'fileUrl' },
  // Traces keep their names.
  minifyWhitespace: true,
  minifySyntax: true,
}
const fileUrl = "const fileUrl = require('node:url').pathToFileURL(__filename).href;"
await build({
  ...options,
  entryPoints: {
    watchdog: 'src/cli/start/watchdog.ts',
    'write-cache': 'src/cli/start/write-cache.ts',
    'scan-thread': 'src/sources/recorded/scan-thread.ts',
  },
  banner: { js: fileUrl },
})
// What `src/cli/start/main-script.ts` runs.
await build({
  ...options,
  entryPoints: { main: 'src/cli/watchdog.ts' },
  banner: { js: `(function (require, __filename) { ${fileUrl}` },
  footer: { js: '})' },
})
// Which is how it is read.
if (/[^\0-\x7f]/.test(readFileSync('dist/cli/main.js', 'utf8'))) throw new Error('main.js is not all ASCII')
writeFileSync('dist/cli/package.json', '{ "type": "commonjs" }\n')

// The script of reports, which reads itself from beside the programs.
cpSync('src/report/html/page', 'dist/cli/page', { recursive: true })

run('tsc', ['-p', '.config/tsconfig.build.json'])
run(process.execPath, ['--import', 'tsx', '.config/build-manual.mjs'])
for (const program of ['dist/cli/watchdog.js', 'dist/pool/cli/fcgi-pool.js']) chmodSync(program, 0o755)
run(process.execPath, ['dist/cli/write-cache.js'], 'pipe')

function run(program, args, stdio = 'inherit') {
  const { status, stderr } = spawnSync(program, args, { stdio })
  if (status === 0) return
  process.stderr.write(stderr ?? '')
  process.exit(1)
}
