import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Rule } from '../../src/engine/rule.ts'
import { seconds } from '../../src/engine/time.ts'
import { redact } from '../../src/record/redactor.ts'
import { viewOf } from '../../src/record/rule-view.ts'
import { sensitiveParts } from '../../src/record/sensitive.ts'
import type { Slice } from '../../src/record/slice.ts'
import { start, testEvent, testRule } from '../engine/histories.ts'

const second = 1_000_000
const none: ReadonlySet<string> = new Set()

const sliceOf = (texts: readonly string[]): Slice => {
  const events = texts.map((text, index) => testEvent(start + index * second, text))
  return { content: 'lines', events, written: events }
}
const redacted = (texts: readonly string[], rules: readonly Rule[] = []): readonly string[] =>
  redact(sliceOf(texts), rules, none).slice.written.map(({ text }) => text)

/** Of each line what is found in it. */
const lines: readonly (readonly [text: string, found: readonly string[]])[] = [
  ['connect from 192.0.2.17:4711 to 10.1.2.3.', ['192.0.2.17', '10.1.2.3']],
  ['from [2001:db8:1::7] and fe80::1, at 04:30:01', ['2001:db8:1::7', 'fe80::1']],
  ['listening on 127.0.0.1:80 and ::1, version 1.2.3', []],
  ['mail to jane.doe+x@mail.acme.com failed', ['jane.doe+x@mail.acme.com']],
  ['Started fcgi-pool@site.service.', []],
  ['Authorization: Bearer abc.def-ghi', ['abc.def-ghi']],
  ['{"user":"x","password":"hunter2"}', ['hunter2']],
  ['api_key=0815 pwd = geheim', ['0815', 'geheim']],
  ['https://jane:s3cret@db1.acme.com/x', ['jane', 's3cret', 'db1.acme.com']],
  ['request 123e4567-e89b-12d3-a456-426614174000 done', ['123e4567-e89b-12d3-a456-426614174000']],
  ['commit 9fceb02d0ae598e95dc970b74767f19372d61af8', ['9fceb02d0ae598e95dc970b74767f19372d61af8']],
  ['at 1779000000000000 took 1234567890123456789 us', []],
  ['ether 52:54:00:12:34:56 up', ['52:54:00:12:34:56']],
  ['GET /reset?code=xyz&lang=en HTTP/1.1', ['xyz', 'en']],
  ['cd /home/jane/app; session opened for user jane(uid=1000) by root', ['jane', 'jane']],
  ['session opened for user root', []],
  ['May  3 04:30:01 web7 sshd[1]: Accepted publickey for jane from 192.0.2.1', ['web7', 'jane', '192.0.2.1']],
  ['192.0.2.1 - jane [03/May/2026:04:30:01 +0000] "GET / HTTP/1.1" 200', ['192.0.2.1', 'jane']],
  ['worker 1 exited; increase workers to minimal 4', []],
  ['error in /srv/app/index.php: main.js, libc.so.6', []],
]

test('what is private is found, and nothing else', () => {
  for (const [text, found] of lines)
    assert.deepEqual(
      sensitiveParts(text).map(({ start: from, end }) => text.slice(from, end)),
      found,
      text,
    )
})

test('a long line is looked through in no time', () => {
  const began = performance.now()
  const pieces = ['a', 'a.', 'a-', '0f', 'ab:', 'user=', '?a=', 'x@', 'eyJ', '//a:', ' 1.1']
  for (const piece of [...pieces, '10.0.0.1 ']) sensitiveParts(piece.repeat(1_000_000 / piece.length))
  assert.ok(performance.now() - began < 20_000)
})

test('the same is replaced by the same, another by another, and a host and a user wherever they stand', () => {
  assert.deepEqual(
    redacted([
      'May  3 04:30:01 web7 app[1]: user=jane from 192.0.2.1',
      'May  3 04:30:02 db9 app[1]: user=john from 192.0.2.2',
      'jane on web7 talks to 192.0.2.1 and 192.0.2.2, and to janet',
    ]),
    [
      'May  3 04:30:01 host1 app[1]: user=user1 from 198.18.0.1',
      'May  3 04:30:02 host2 app[1]: user=user2 from 198.18.0.2',
      'user1 on host1 talks to 198.18.0.1 and 198.18.0.2, and to janet',
    ],
  )
})

test('a word that is a host here and a user there is one word', () => {
  const [text = ''] = redacted(['May  3 04:30:01 web7 app[1]: user=web7'])
  const [, host, user] = /04:30:01 (\w+) app\[1\]: user=(\w+)$/.exec(text) ?? []
  assert.equal(host, user)
  assert.notEqual(host, 'web7')
})

test('a name that is there already is given to nobody', () => {
  assert.deepEqual(redacted(['user=jane, not user1, from 192.0.2.1 or 198.18.0.1']), [
    'user=user2, not user1, from 198.18.0.2 or 198.18.0.3',
  ])
})

test('what stands in the rules stays, and so does what a rule would miss', () => {
  const contains = testRule({
    name: 'contains',
    match: { kind: 'contains', literal: 'upstream 10.0.0.1 failed', ignoreCase: false },
  })
  const short = testRule({
    name: 'short',
    match: { kind: 'regex', pattern: 'client (?P<ip>\\d\\d\\.\\d\\.\\d\\.\\d) ', ignoreCase: false },
  })
  const slice = sliceOf(['upstream 10.0.0.1 failed for 10.0.0.2', 'client 10.0.0.3 of 10.0.0.4'])
  const { slice: shown, kept } = redact(slice, [contains, short], none)
  assert.deepEqual(
    shown.written.map(({ text }) => text.replace(/198\.18\.0\.\d/g, 'X')),
    ['upstream 10.0.0.1 failed for X', 'client 10.0.0.3 of X'],
  )
  assert.equal(kept, 1)
})

const word = fc.constantFrom('worker', 'exited', 'web7', 'jane', 'user=jane', 'for user john', 'frame', '7')
const address = fc
  .tuple(fc.constantFrom(10, 192), fc.nat(3), fc.nat(3))
  .map(([a, b, c]) => `${a}.0.${b}.${c}`)
const line = fc
  .array(fc.oneof(word, address, fc.constant('token=s3cr3t'), fc.constant('May  3 04:30:01 web7 app:')), {
    minLength: 1,
    maxLength: 8,
  })
  .map((words) => words.join(' '))
const rule: fc.Arbitrary<Rule> = fc
  .constantFrom(
    { kind: 'contains' as const, literal: 'web7', ignoreCase: false },
    { kind: 'contains' as const, literal: 'jane 10.0.1.1', ignoreCase: true },
    { kind: 'regex' as const, pattern: '(?P<ip>10\\.0\\.\\d+\\.\\d+)', ignoreCase: false },
    { kind: 'regex' as const, pattern: '(?P<ip>(\\d+\\.){3}\\d+)', ignoreCase: false },
    { kind: 'not' as const, of: { kind: 'contains' as const, literal: 'user1', ignoreCase: false } },
  )
  .map((match) => testRule({ name: 'r', match, groupBy: ['ip'], cooldown: seconds(1) }))

test('whatever is logged, the rules see the same, and nothing that was replaced is seen any more', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.array(rule, { maxLength: 2 }), (texts, rules) => {
      const slice = sliceOf(texts)
      const { slice: shown, kept } = redact(slice, rules, none)
      const sees = viewOf(rules)
      for (const [index, event] of slice.written.entries()) {
        const after = shown.written[index]
        assert.ok(after !== undefined)
        assert.equal(sees(after), sees(event))
        assert.equal(after.at, event.at)
      }
      if (rules.length > 0 || kept > 0) return
      const all = shown.written.map(({ text }) => text).join('\n')
      for (const { text } of slice.written)
        for (const { start: from, end } of sensitiveParts(text))
          assert.ok(!new RegExp(`(?<![\\w.])${text.slice(from, end)}(?![\\w.])`).test(all), text)
    }),
    { numRuns: 500 },
  )
})
