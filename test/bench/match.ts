/** The longest time that a match of one pattern holds the process, on lines of 1 MiB made to be slow. */

import { compileMatch } from '../../src/match/compile-match.ts'
import type { MatchSpec } from '../../src/match/match-spec.ts'
import { searchLimit } from '../../src/match/search-limit.ts'

const targetMs = 100
const megabyte = 1 << 20
const patterns = [
  ...['(a+)+$', '(a|aa)+$', '^(.*a){10}x', '(x+x+)+y', '([a-z]+)*\\d', '(.*)(.*)(.*)(.*)[0-9]end$'],
  ...['(a?){50}a{50}', '(a?){20}a{20}b', '[ab]*a[ab]{12}c', '(?P<a>.*)(?P<b>a.*b)(?P<c>.*)zz$'],
  ...['((a|b){1,30}c?){1,20}d', '(\\w+\\s?)+ß$', '\\b(a\\B|b\\b)+$', '(.+)+(.+)+x', '(a{1,100}){1,10}b'],
  ...[
    '(?:[ab]{0,50}a){4}$',
    '(a.{0,200}b){3}$',
    'worker (?P<n>\\d+) exited',
    'a[ab]{1000}',
    'b(?:a[ab]{64}){15}c',
    'a b (?P<n>\\w+) (?P<m>\\w+) x',
    '(?P<x>(a|aa)+)$',
    '(?P<x>(?:[ab]{0,50}a){4})$',
  ],
]
const lines = [
  `${'a'.repeat(999)}c`.repeat(megabyte / 1_000),
  'a'.repeat(megabyte),
  'ab'.repeat(megabyte / 2),
  'a b '.repeat(megabyte / 4),
  'é'.repeat(megabyte),
  Array.from({ length: megabyte }, (_, index) => 'ab'[((index * 2_654_435_761) >>> 13) & 1]).join(''),
]

let longest = 0
console.log(`${'pattern'.padEnd(36)} searched   worst ms`)
for (const pattern of patterns) {
  const spec: MatchSpec = { kind: 'regex', pattern, ignoreCase: false }
  let worst = 0
  for (const text of lines) {
    const match = compileMatch(spec)
    const began = performance.now()
    match({ text, fields: new Map() })
    worst = Math.max(worst, performance.now() - began)
  }
  longest = Math.max(longest, worst)
  console.log(
    `${pattern.padEnd(36)} ${String(searchLimit(spec)).padStart(8)} ${worst.toFixed(1).padStart(10)}`,
  )
}
console.log(
  `longest ${longest.toFixed(1)} ms; target: at most ${targetMs} ms: ${longest <= targetMs ? 'met' : 'missed'}`,
)
if (longest > targetMs) process.exitCode = 1
