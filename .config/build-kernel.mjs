/** Compiles the scanner's kernel to WebAssembly, as a module of bytes that needs no compiler where it runs. */

import { readFileSync, writeFileSync } from 'node:fs'
import asc from 'assemblyscript/asc'

const folder = new URL('../src/match/scan/', import.meta.url)

/** The module's text. */
async function compiledKernel() {
  const source = readFileSync(new URL('kernel.as', folder), 'utf8')
  let binary
  const options = [
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--importMemory',
    '--use',
    'abort=',
  ]
  const { error, stderr } = await asc.main(['kernel.ts', '-o', 'kernel.wasm', ...options], {
    readFile: (name) => (name === 'kernel.ts' ? source : null),
    writeFile: (name, contents) => {
      if (name === 'kernel.wasm') binary = contents
    },
    listFiles: () => [],
  })
  if (error !== null || binary === undefined) throw new Error(`${error}\n${stderr.toString()}`)
  return `/** The scanner's kernel: \`kernel.as\` compiled by \`npm run kernel\`, in base64. Not to be edited. */

export const kernelBase64 =
  '${Buffer.from(binary).toString('base64')}'
`
}

const text = await compiledKernel()
if (process.argv[2] === '--print') process.stdout.write(text)
else writeFileSync(new URL('kernel-bytes.ts', folder), text)
