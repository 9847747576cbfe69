import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { instant } from '../../../src/engine/time.ts'
import { Buckets } from '../../../src/report/timeline/buckets.ts'

const sample = fc.record({
  wait: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 10_000 })),
  fill: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
})

test('however many samples there are, none is lost and no peak is levelled, in bounded memory', () => {
  fc.assert(
    fc.property(
      fc.array(sample, { minLength: 1, maxLength: 400, size: 'max' }),
      fc.integer({ min: 4, max: 40 }),
      (steps, limit) => {
        const buckets = new Buckets(limit)
        let at = 1_000
        const samples = steps.map(({ wait, fill }) => {
          at += wait
          return { at: instant(at), text: `line ${at}`, fill }
        })
        for (const one of samples) buckets.add(one)
        const { all } = buckets
        assert.ok(all.length <= limit)
        const sum = (of: (bucket: (typeof all)[number]) => number) =>
          all.reduce((total, bucket) => total + of(bucket), 0)
        assert.equal(
          sum(({ counted }) => counted),
          samples.filter(({ fill }) => fill !== undefined).length,
        )
        assert.equal(
          sum(({ ignored }) => ignored),
          samples.filter(({ fill }) => fill === undefined).length,
        )
        // Each bucket says of its time what all samples of that time say.
        for (const [index, bucket] of all.entries()) {
          const before = sumOf(all.slice(0, index))
          const own = samples.slice(before, before + bucket.counted + bucket.ignored)
          const fills = own.flatMap(({ fill }) => fill ?? [])
          assert.deepEqual(
            bucket.fill,
            fills.length === 0
              ? undefined
              : { min: Math.min(...fills), max: Math.max(...fills), last: fills.at(-1) },
          )
          assert.deepEqual([bucket.from, bucket.to], [own[0]?.at, own.at(-1)?.at])
        }
      },
    ),
    { numRuns: 2_000 },
  )
})

const sumOf = (buckets: readonly { readonly counted: number; readonly ignored: number }[]): number =>
  buckets.reduce((sum, { counted, ignored }) => sum + counted + ignored, 0)
