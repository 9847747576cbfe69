import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { compileMatch } from '../../../src/match/compile-match.ts'
import { plainPattern } from '../../../src/match/pattern/plain-pattern.ts'

const match = (pattern: string, text: string) =>
  compileMatch({ kind: 'regex', pattern, ignoreCase: false })({ text, fields: new Map() })

test('what most rules look for is plain', () => {
  for (const pattern of [
    'worker \\(pid (?P<pid>\\d+)\\) exited; increase',
    '^pool (?<pool>[a-z0-9_-]+): server reached max_children$',
    'error|failed|panic',
    'child \\d+ exited (?:on signal|with code) \\d{1,3}',
    'status=(?P<status>[^ ]+)',
    'a\\.b\\t\\[\\]\\/c?d\\b',
    '\\bOOM\\b',
    'ö[a-z]{2,}ü',
  ])
    assert.notEqual(plainPattern(pattern), undefined, pattern)
})

test('what may be gone over again and again is not plain', () => {
  for (const pattern of [
    '(a+)+$',
    'a.*b',
    'x[ab]+a',
    'a\\w*\\d',
    'ab?b',
    '\\d+ failed',
    '[ab]+c',
    'a[ab]+c',
    'status=(?P<status>[^ ]+) ',
    'a\\w+\\b',
    'x(a|b\\d+)c',
    'x(?:a|b)+c',
    '(a|b|c|d)(a|b|c|d)(a|b|c|d)(a|b|c|d)',
    'a{65,}b',
    // Not known here.
    '(?i)abc',
    'a\\x41',
    '[[:alpha:]]',
    'a\\pN',
    'ab+?c',
    'a^b',
    'a$b',
  ])
    assert.equal(plainPattern(pattern), undefined, pattern)
})

const piece = fc.constantFrom(
  ...[
    'a',
    'b',
    'ab',
    '\\d',
    '\\D',
    '\\w',
    '\\s',
    '\\S',
    '.',
    '[^a]',
    '[^ \\d]',
    '[ab]',
    '[b-]',
    '[a-c0-5]',
    '[]a]',
  ],
  ...['ü', '😀', '[^ü]', '[ü-😀]', '-', ' ', '\\.', '\\b', '^', '$', '\\n', '{', '}', ']'],
  ...['(?:a|b1)', '(?P<g>\\d+)', '(?P<h>[^ ]*) ', '(?:ab|a)', '(a)', '(?:ü|-|😀)'],
)
const repeat = fc.constantFrom('', '', '', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '{0}')
const pattern = fc
  .array(fc.tuple(piece, repeat), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.map(([source, times]) => source + (source.startsWith('(') ? '' : times)).join(''))
  .filter((source) => !/(\(\?P<.>).*\1/.test(source))
  .filter((source) => {
    try {
      RE2JS.compile(source)
      return true
    } catch {
      return false
    }
  })
const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    'c',
    '1',
    '7',
    ' ',
    '-',
    '.',
    '\n',
    'ü',
    '😀',
    '\ud83d',
    '{',
    ']',
    '\u2028',
    '\xa0',
  ),
  maxLength: 14,
})

test('a plain pattern finds and captures what RE2 finds', () => {
  let [plain, found] = [0, 0]
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 8, maxLength: 8 }), (source, texts) => {
      if (plainPattern(source) === undefined) return
      plain++
      const re2 = RE2JS.compile(source)
      for (const text of texts) {
        const matcher = re2.matcher(text)
        const expected = matcher.find()
          ? Object.fromEntries(
              Object.keys(re2.namedGroups()).map((name) => [name, matcher.group(name) ?? '']),
            )
          : undefined
        const captures = match(source, text)
        if (captures !== undefined) found++
        assert.deepEqual(captures && Object.fromEntries(captures), expected, JSON.stringify({ source, text }))
      }
    }),
    { numRuns: 20_000 },
  )
  assert.ok(plain > 3_000 && found > 3_000, `only ${plain} were plain, and ${found} matches`)
})

test('no plain pattern takes long, whatever text is made for it', () => {
  const size = 1 << 18
  let plain = 0
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 3 }), fc.nat(), (source, texts, cut) => {
      if (plainPattern(source) === undefined) return
      plain++
      // What the pattern itself looks like is what comes nearest to a match.
      const own = source.replace(/\\d|\\w|\[.*?\]/g, '1').replace(/\(\?P<.>|[\\()*+?^$|]/g, '')
      for (const unit of [...texts, own, own.slice(0, 1 + (cut % (own.length + 1))), `${own}1`]) {
        const hostile = `${unit.repeat(Math.ceil(size / Math.max(unit.length, 1))).slice(0, size)}\n`
        const began = performance.now()
        match(source, hostile)
        const took = performance.now() - began
        assert.ok(
          took < 1_000,
          `${JSON.stringify(source)} took ${took.toFixed(0)} ms on ${JSON.stringify(unit)}…`,
        )
      }
    }),
    { numRuns: 1_500 },
  )
  assert.ok(plain > 200, `only ${plain} were plain`)
})
