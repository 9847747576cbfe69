// The import directions of src/README.md. What a folder may import is listed; anything else is an error.
const layers = {
  match: [],
  engine: ['match'],
  config: ['engine', 'match'],
  platform: ['engine'],
  sources: ['platform', 'report', 'config', 'engine', 'match'],
  actions: ['evidence', 'platform', 'report', 'config', 'engine', 'match'],
  install: ['actions', 'platform', 'report', 'config', 'engine', 'match'],
  alerts: ['platform', 'state', 'report', 'config', 'engine', 'match'],
  state: ['platform', 'engine', 'match'],
  report: ['config', 'engine', 'match'],
  history: ['sources', 'platform', 'report', 'config', 'engine', 'match'],
  evidence: ['state', 'platform', 'report', 'config', 'engine', 'match'],
  run: ['config', 'report', 'platform', 'engine', 'match'],
  tune: ['run', 'report', 'config', 'engine', 'match'],
  record: ['engine', 'match'],
  service: ['run', 'config', 'report', 'platform', 'engine', 'match'],
  usage: [],
  pool: [],
}
const ports = '^src/(sources/source|actions/(actuator|incident)|state/state-store|evidence/evidence)\\.ts$'

/** These know the others by their ports. */
const throughPorts = ['tune', 'run', 'service', 'alerts']

const folder = (names) => `^src/(${names.join('|')})/`

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'src-without-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'pure-core',
      comment: 'engine and match import no I/O; regular expressions of re2js are pure.',
      severity: 'error',
      from: { path: folder(['engine', 'match']) },
      to: { dependencyTypes: ['core', 'npm'], pathNot: 'node_modules/re2js/' },
    },
    ...Object.entries(layers).map(([name, allowed]) => ({
      name: `imports-of-${name}`,
      severity: 'error',
      from: { path: folder([name]) },
      to: {
        path: '^src/',
        pathNot: [folder([name, ...allowed]), ...(throughPorts.includes(name) ? [ports] : [])],
      },
    })),
    {
      name: 'pool-apart',
      severity: 'error',
      from: { path: '^src/(?!pool/)' },
      to: { path: '^src/pool/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
