import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { LogEvent } from '../../../src/engine/event.ts'
import {
  type ByteReader,
  type FileBytes,
  fileBytes,
  streamBytes,
} from '../../../src/sources/recorded/bytes.ts'
import type { LogOptions } from '../../../src/sources/recorded/log-regions.ts'
import type { Part } from '../../../src/sources/recorded/part.ts'
import { readText } from '../../../src/sources/recorded/text-reader.ts'
import { file, now, replay, rule, ruleset, texts, utc } from './replaying.ts'

const directory = mkdtempSync(join(tmpdir(), 'scanning-'))
after(() => rmSync(directory, { recursive: true, force: true }))

const source = file('app', ['/var/log/app.log'])

/** Bytes in pieces of these sizes, over and over. */
const inPieces = (bytes: Buffer, sizes: readonly number[]): ByteReader =>
  streamBytes(
    (async function* () {
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1
        yield bytes.subarray(at, at + size)
        at += size
      }
    })(),
  )

interface Read {
  readonly events: readonly LogEvent[]
  readonly all: number
  readonly notices: readonly string[]
  readonly problem: string | undefined
}

async function read(bytes: ByteReader | FileBytes, options: LogOptions): Promise<Read> {
  const input = { kind: 'input', path: 'app.log', content: 'text', reference: now, bytes } as const
  const reader = readText('fd' in bytes ? { ...input, file: bytes } : input, [source], options)
  const parts: Part[] = []
  for (;;) {
    const next = await reader.next()
    if (next.done) {
      const events = parts.flatMap(({ events }) => events)
      return {
        events,
        all: parts.reduce((sum, { events, skipped }) => sum + events.length + (skipped ?? 0), 0),
        notices: parts.flatMap(({ notices }) => notices.map(({ message }) => message)),
        problem: next.value?.code,
      }
    }
    parts.push(next.value)
  }
}

const literals = ['wanted', 'äöü']
const holds = ({ text }: LogEvent): boolean => text.includes('wanted') || text.includes('äöü')

/** What scanning passes over is what nobody wants, and nothing else is different. */
async function compare(log: Buffer, sizes: readonly number[], chunkBytes: number): Promise<number> {
  const every = await read(inPieces(log, sizes), { chunkBytes })
  const some = await read(inPieces(log, sizes), { literals, chunkBytes })
  return differences(every, some)
}

function differences(every: Read, some: Read): number {
  assert.deepEqual(some.events.filter(holds), every.events.filter(holds))
  assert.deepEqual([some.all, some.problem, some.notices], [every.all, every.problem, every.notices])
  assert.deepEqual(some.events.at(-1), every.events.at(-1), 'the last line lets the time pass')
  const kept = new Set(every.events.map((event) => JSON.stringify([event.at, event.text, event.position])))
  for (const event of some.events) assert.ok(kept.has(JSON.stringify([event.at, event.text, event.position])))
  return every.events.length - some.events.length
}

const words = fc.constantFrom('wanted', 'wante', 'xwantedwanted', 'äöü', '\xff', '\0\0', 'nothing', '', ' ')
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\n', '\r\n', '\n\n', '\n\0\0\0')
const line = (time: fc.Arbitrary<string>) =>
  fc.tuple(time, words, words, lineEnd).map((parts) => parts.join(''))

const start = utc('2024-05-17T00:00:00Z')
const isoTime = fc.oneof(
  fc
    .integer({ min: 0, max: 5_000 })
    .map((second) => `${new Date(start / 1_000 + second * 1_000).toISOString()} `),
  fc.constantFrom('', '\tat somewhere ', '2024-99-99T00:00:00Z '),
)

test('scanning finds what reading every line finds, on 2000 logs', async () => {
  let passed = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(line(isoTime), { minLength: 1, maxLength: 120, size: 'max' }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(64, 100, 1_000),
      fc.boolean(),
      async (lines, sizes, chunkBytes, isOpen) => {
        const log = Buffer.from(lines.join(''), 'utf8')
        passed += await compare(isOpen ? log.subarray(0, -1) : log, sizes, chunkBytes)
      },
    ),
    { numRuns: 2_000 },
  )
  assert.ok(passed > 20_000, `only ${passed} lines were passed over`)
})

test('a line that is too long is cut, and told of, though nobody wants it', async () => {
  const long = (text: string, length: number): string =>
    `2024-05-17T00:00:02Z ${text}${'x'.repeat(length)}${text}\n`
  const ordinary = '2024-05-17T00:00:01Z nothing\n'.repeat(3_000)
  for (const length of [1_048_550, 1_048_576, 1_100_000, 3_000_000]) {
    const log = Buffer.from(`${ordinary}${long('', length)}${ordinary}${long('wanted', length)}${ordinary}`)
    for (const sizes of [[524_288], [100_000], [3]]) {
      if (sizes[0] === 3 && length > 1_048_576) continue
      await compare(log, sizes, 524_288)
    }
  }
})

test('a hole of NUL bytes, of any length, belongs to no line', async () => {
  const hole = '\0'.repeat(2_000_000)
  const log = Buffer.from(
    `${'2024-05-17T00:00:01Z nothing\n'.repeat(5_000)}${hole}2024-05-17T00:00:02Z wanted\n`,
  )
  await compare(log, [65_536], 524_288)
})

test('times without a year go on from year to year', async () => {
  const day = 86_400_000_000
  const lines: string[] = []
  // Three years of a busy log, up to the reference.
  for (let at = now - 3 * 365 * day; at < now; at += 3_600_000_000) {
    const [, month = '', date = '', , time = ''] =
      /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/
        .exec(new Date(at / 1_000).toUTCString())
        ?.map((_, index, all) => all[[0, 2, 1, 3, 4][index] ?? 0]) ?? []
    lines.push(
      `${month} ${date} ${time} host app: ${lines.length % 97 === 0 ? 'wanted' : 'nothing of interest, at some length'}\n`,
    )
  }
  assert.ok((await compare(Buffer.from(lines.join('')), [262_144], 524_288)) > 10_000)
})

test('compressed logs are read by what compressed them, damaged ones as far as they go', async () => {
  const text = '2024-05-17T00:00:01Z wanted\n2024-05-17T00:00:02Z wanted too\n'
  const plain = join(directory, 'app.log')
  writeFileSync(plain, text)
  writeFileSync(`${plain}.gz`, gzipSync(text))
  for (const program of ['zstd', 'xz']) execFileSync(program, ['-q', '-k', '-f', plain])
  const rules = ruleset([file('app', [plain])], [rule('one', 'app')])
  for (const name of [`${plain}.gz`, `${plain}.zst`, `${plain}.xz`]) {
    assert.deepEqual(texts(await replay([name], rules)), text.trim().split('\n'), name)
  }
  const zstd = execFileSync('zstd', ['-q', '-c', plain])
  const input = await replay(['-'], rules, Readable.from([zstd.subarray(0, 20), zstd.subarray(20)]))
  assert.deepEqual(texts(input), text.trim().split('\n'))
})

/** Two threads find what reading every line finds. */
async function compareThreads(log: Buffer, chunkBytes: number): Promise<number> {
  const path = join(directory, 'threads.log')
  writeFileSync(path, log)
  const every = await read(inPieces(log, [65_536]), { chunkBytes })
  const some = await read(fileBytes(openSync(path, 'r')), {
    literals,
    chunkBytes,
    threaded: { fromBytes: 20_000, blockBytes: Math.min(chunkBytes, 16_384), chunkBytes },
  })
  return differences(every, some)
}

test('two threads find what one finds, on logs with lines of every length', async () => {
  const length = fc.constantFrom(0, 0, 0, 0, 0, 0, 3, 100, 5_000, 8_150, 8_192, 20_000, 1_048_576)
  const block = fc
    .tuple(line(isoTime), length, fc.integer({ min: 1, max: 400 }))
    .map(([text, length, times]) => `${'x'.repeat(length)}${text.repeat(length > 5_000 ? 1 : times)}`)
  let passed = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(block, { minLength: 20, maxLength: 60 }),
      fc.constantFrom(4_096, 10_000, 65_536),
      async (blocks, chunkBytes) => {
        const log = `2024-05-17T00:00:00Z first\n${blocks.join('')}`
        passed += await compareThreads(Buffer.from(log), chunkBytes)
      },
    ),
    { numRuns: 30 },
  )
  assert.ok(passed > 10_000, `only ${passed} lines were passed over`)
})

test('two threads keep the order of a long log, of which every line or hardly any is wanted', async () => {
  const lines = Array.from({ length: 150_000 }, (_, index) => {
    const at = new Date(start / 1_000 + index * 10).toISOString()
    return `${at} app[7]: ${index % 50_000 < 10_000 || index % 997 === 0 ? 'wanted' : 'nothing'} ${index}\n`
  })
  assert.ok((await compareThreads(Buffer.from(lines.join('')), 65_536)) > 100_000)
})

test('two threads tell the time of a line without one by the line before it, wherever chunks end', async () => {
  for (const [wantedEvery, datedEvery] of [
    [1, 1],
    [7, 3],
    [997, 700],
  ] as const) {
    const lines = Array.from({ length: 40_000 }, (_, index) => {
      const at = index % datedEvery === 0 ? new Date(start / 1_000 + index * 10).toISOString() : '\t'
      return `${at} nothing\n\tat ${index % wantedEvery === 0 ? 'wanted' : 'nothing'} ${index}\n`
    })
    await compareThreads(Buffer.from(lines.join('')), 65_536)
  }
})

test('what is written to a log while two threads read it is read, too, as by one', async () => {
  const path = join(directory, 'growing.log')
  const text = (from: number): string =>
    Array.from({ length: 20_000 }, (_, index) => `2024-05-17T00:00:01Z nothing ${from + index}\n`).join('')
  writeFileSync(path, `2024-05-17T00:00:00Z wanted\n${text(0)}`)
  const bytes = fileBytes(openSync(path, 'r'))
  const reading = read(bytes, {
    literals,
    chunkBytes: 8_192,
    threaded: { fromBytes: 20_000, blockBytes: 4_096, chunkBytes: 8_192 },
  })
  appendFileSync(path, `${text(20_000)}2024-05-17T00:00:02Z wanted at last`)
  const { events, all } = await reading
  assert.equal(all, 40_002)
  assert.deepEqual(
    events.filter(holds).map(({ text }) => text),
    ['2024-05-17T00:00:00Z wanted', '2024-05-17T00:00:02Z wanted at last'],
  )
})
