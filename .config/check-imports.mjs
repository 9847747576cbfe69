// Checks the import directions, and that the check has seen the code at all: a rule over nothing finds nothing.
import { spawnSync } from 'node:child_process'

const args = ['--config', '.config/dependency-cruiser.cjs', 'src', 'test']
const { status } = spawnSync('depcruise', args, { stdio: 'inherit' })
if (status !== 0) process.exit(1)

const { stdout } = spawnSync('depcruise', ['--output-type', 'json', ...args], {
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
})
const { modules } = JSON.parse(stdout)
const seen = modules.find(({ source }) => source === 'src/run/live.ts')
if (!seen?.dependencies.some(({ resolved }) => resolved.startsWith('src/engine/'))) {
  console.error('the check of import directions has not seen the imports of src/run/live.ts')
  process.exit(1)
}
