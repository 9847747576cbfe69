/**
 * Builds `dist/`: the watchdog as few files, since half of a short command's time would be loading many; the pool file by
 * file; manual pages and completions.
 */

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

rmSync('dist', { recursive: true, force: true })

await build({
  entryPoints: {
    'cli/watchdog': 'src/cli/watchdog.ts',
    'cli/scan-thread': 'src/sources/recorded/scan-thread.ts',
  },
  outdir: 'dist',
  chunkNames: 'cli/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // They load parts of themselves by their paths.
  external: ['pino', 'dbus-next', 'koffi'],
  // Traces keep their names.
  minifyWhitespace: true,
  minifySyntax: true,
  banner: {
    // What is bundled of older packages asks for Node's modules by `require`.
    js: "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);",
  },
})

// The script of reports, which reads itself from beside the programs.
cpSync('src/report/html/page', 'dist/cli/page', { recursive: true })

const { status } = spawnSync('tsc', ['-p', '.config/tsconfig.build.json'], { stdio: 'inherit' })
if (status !== 0) process.exit(1)
const manual = spawnSync(process.execPath, ['--import', 'tsx', '.config/build-manual.mjs'], {
  stdio: 'inherit',
})
if (manual.status !== 0) process.exit(1)
for (const program of ['dist/cli/watchdog.js', 'dist/pool/cli/fcgi-pool.js']) chmodSync(program, 0o755)
