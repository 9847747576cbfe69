/**
 * Builds the Debian package from `dist/` and what is installed in `node_modules`, with dpkg-deb alone, into a directory:
 * `dist/deb` unless it is given. What is built again from the same commit is the same.
 */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sourceEpoch } from './source-date.mjs'

const target = resolve(process.argv[2] ?? 'dist/deb')
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
if (!existsSync('dist/man')) throw new Error('there is no dist/man: npm run build makes it')

const epoch = sourceEpoch()
const stage = mkdtempSync(join(tmpdir(), 'unit-watchdog-deb-'))
try {
  mkdirSync(target, { recursive: true })
  putProgram()
  putDocuments()
  putService()
  putControl()
  const file = join(target, `unit-watchdog_${version}_all.deb`)
  const options = ['--root-owner-group', '--build', stage, file]
  execFileSync('dpkg-deb', options, {
    stdio: 'inherit',
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
  })
} finally {
  rmSync(stage, { recursive: true })
}

/** Programs with the modules that they load, and the names by which they are called. */
function putProgram() {
  const lib = 'usr/lib/unit-watchdog'
  // A cache belongs to one version of Node: it is written where it is used.
  const isWanted = (path) => !path.endsWith('.cache')
  for (const part of ['package.json', 'dist/cli', 'dist/pool', 'systemd'])
    copy(part, join(lib, part), isWanted)
  for (const module of productionModules()) copy(module, join(lib, module), isOfModule)
  copy('rules', 'usr/share/unit-watchdog/rules')
  link(join(lib, 'rules'), 'usr/share/unit-watchdog/rules')
  // `watchdog` is how every document calls it. Debian's package of that name, a daemon for watchdog hardware, has
  // /usr/sbin/watchdog: both can be installed, and `unit-watchdog` is never the wrong one.
  for (const name of ['watchdog', 'unit-watchdog']) link(`usr/bin/${name}`, join(lib, 'dist/cli/watchdog.js'))
  link('usr/bin/fcgi-pool', join(lib, 'dist/pool/cli/fcgi-pool.js'))
}

/** Paths of the modules that are no tools. Optional ones are compiled for one kind of machine; there is a way without them. */
function productionModules() {
  const args = ['ls', '--omit=dev', '--omit=optional', '--all', '--parseable']
  const paths = execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  return paths
    .trim()
    .split('\n')
    .map((path) => relative('.', path))
    .filter((path) => path.startsWith('node_modules/'))
}

/** The modules of a module are listed themselves; types, sources of what was compiled, tests and such are for developers. */
function isOfModule(path, module) {
  const inside = relative(module, path)
  const isDeveloper = /^(tests?|benchmarks?|examples?|docs?|src\/.*\/tests)$/.test(inside)
  return !isDeveloper && !inside.split('/').includes('node_modules') && !/\.([cm]?ts|map|md)$/.test(inside)
}

function putDocuments() {
  for (const page of readdirSync('dist/man')) {
    const folder = `usr/share/man/man${page.split('.').at(-1)}`
    putCompressed(join(folder, `${page}.gz`), readFileSync(join('dist/man', page)))
  }
  link('usr/share/man/man1/unit-watchdog.1.gz', 'usr/share/man/man1/watchdog.1.gz')

  const completions = {
    bash: (name) => `usr/share/bash-completion/completions/${name}`,
    zsh: (name) => `usr/share/zsh/vendor-completions/_${name}`,
    fish: (name) => `usr/share/fish/vendor_completions.d/${name}.fish`,
  }
  for (const [shell, place] of Object.entries(completions)) {
    for (const name of ['watchdog', 'fcgi-pool']) copy(`dist/completions/${shell}/${name}`, place(name))
    link(place('unit-watchdog'), place('watchdog'))
  }

  const documents = 'usr/share/doc/unit-watchdog'
  copy('README.md', join(documents, 'README.md'))
  copy('src/pool/README.md', join(documents, 'fcgi-pool/README.md'))
  copy('src/pool/examples', join(documents, 'fcgi-pool/examples'))
  copy('LICENSE', join(documents, 'copyright'))
  putCompressed(join(documents, 'changelog.gz'), readFileSync('CHANGELOG.md'))
}

/** The units, and what belongs to them; the watchdog itself knows what is its own. */
function putService() {
  execFileSync(process.execPath, ['dist/cli/watchdog.js', 'install', '--root', stage], { stdio: 'ignore' })
  for (const unit of ['fcgi-pool@.service', 'fcgi-pool@.socket'])
    copy(`systemd/${unit}`, `usr/lib/systemd/system/${unit}`)
  copy('systemd/unit-watchdog.catalog', 'usr/lib/systemd/catalog/unit-watchdog.catalog')
}

function putControl() {
  const files = filesBelow(stage)
  const plain = files.filter((path) => lstatSync(path).isFile())
  const sums = plain.map((path) => {
    const sum = createHash('md5').update(readFileSync(path)).digest('hex')
    return `${sum}  ${relative(stage, path)}\n`
  })
  const kilobytes = files.reduce((sum, path) => sum + Math.ceil(lstatSync(path).size / 1024), 0)
  const fields = readFileSync('.config/deb/control', 'utf8')
    .replace('@VERSION@', version)
    .replace('@SIZE@', String(kilobytes))
  put('DEBIAN/control', fields)
  put('DEBIAN/md5sums', sums.join(''))
  for (const script of ['postinst', 'prerm', 'postrm']) copy(`.config/deb/${script}`, `DEBIAN/${script}`)
  for (const path of [...filesBelow(stage), stage]) settle(path)
}

/** Whoever builds it, and when: modes and times are the same. */
function settle(path) {
  const stat = lstatSync(path)
  if (!stat.isSymbolicLink()) chmodSync(path, stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644)
  lutimesSync(path, epoch, epoch)
}

/** In the order of their names, folders behind what is in them. */
function filesBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((one, other) =>
    one.name < other.name ? -1 : 1,
  )
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? [...filesBelow(path), path] : [path]
  })
}

function copy(from, to, isWanted = () => true) {
  cpSync(from, join(stage, to), { recursive: true, filter: (path) => isWanted(path, from) })
}

function put(to, content) {
  mkdirSync(dirname(join(stage, to)), { recursive: true })
  writeFileSync(join(stage, to), content)
}

function putCompressed(to, content) {
  put(to, gzipSync(content, { level: 9 }))
}

/** `to` is where it leads inside the package. */
function link(from, to) {
  mkdirSync(dirname(join(stage, from)), { recursive: true })
  symlinkSync(relative(dirname(from), to), join(stage, from))
}
