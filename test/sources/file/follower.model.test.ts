/** The follower against a model of a writer and its rotations: no line is lost and none comes twice. */

import assert from 'node:assert/strict'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { after, type Instant, instant, seconds } from '../../../src/engine/time.ts'
import { Follower, type Reading } from '../../../src/sources/file/follower.ts'
import { pathPattern } from '../../../src/sources/file/path-pattern.ts'
import { parsePosition, toPosition } from '../../../src/sources/file/place.ts'

type Operation =
  | { readonly kind: 'write'; readonly lines: number; readonly padding: number; readonly half: boolean }
  | { readonly kind: 'rotate'; readonly create: boolean }
  | { readonly kind: 'copytruncate' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'switch'; readonly target: number }
  | { readonly kind: 'look' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'restart' }

const write: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant('write' as const),
  lines: fc.integer({ min: 0, max: 4 }),
  padding: fc.constantFrom(0, 10, 500),
  half: fc.boolean(),
})
const rotate: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant('rotate' as const),
  create: fc.boolean(),
})
const switched: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant('switch' as const),
  target: fc.integer({ min: 0, max: 2 }),
})
const plain = (kind: 'copytruncate' | 'delete' | 'look' | 'wait' | 'restart'): fc.Arbitrary<Operation> =>
  fc.constant({ kind })

/** What a follower does when it is woken. */
function* passOf(follower: Follower): Generator<Reading> {
  yield* follower.read()
  yield follower.look()
  yield* follower.read()
}

/** A writer that appends to one path, the path's rotations, and the follower that is put to the test. */
class Trial {
  readonly #directory = mkdtempSync(join(tmpdir(), 'follower-'))
  readonly #path = join(this.#directory, 'app.log')
  readonly #pattern: string
  #now: Instant = instant(Date.parse('2024-05-17T00:00:00Z') * 1_000)
  #follower: Follower
  #number = 0
  /** The line that has no end yet. */
  #half = ''
  #rotations = 0
  readonly expected: string[] = []
  readonly delivered: string[] = []
  readonly gaps: string[] = []

  constructor(pattern: string) {
    this.#pattern = join(this.#directory, pattern)
    writeFileSync(this.#path, '')
    this.#follower = this.#start(undefined)
    this.#pass()
  }

  #start(position: ReturnType<typeof toPosition> | undefined): Follower {
    const place = position === undefined ? undefined : parsePosition(position)
    return new Follower(
      { kind: 'file', name: 'app', paths: [this.#pattern] },
      [pathPattern(this.#pattern)],
      () => this.#now,
      place,
    )
  }

  run(operation: Operation): void {
    switch (operation.kind) {
      case 'write':
        for (let line = 0; line < operation.lines; line += 1) this.#write(operation.padding, true)
        if (operation.half) this.#write(operation.padding, false)
        return
      case 'rotate':
        this.#shift()
        if (existsSync(this.#path)) renameSync(this.#path, `${this.#path}.1`)
        if (operation.create) appendFileSync(this.#path, '')
        this.#abandonHalf()
        return
      case 'copytruncate':
        // What was written but never looked at is not known well enough to be found in the copy.
        this.#pass()
        if (!existsSync(this.#path)) return
        this.#write(0, true)
        this.#pass()
        this.#write(10, true)
        this.#shift()
        copyFileSync(this.#path, `${this.#path}.1`)
        truncateSync(this.#path)
        this.#abandonHalf()
        this.#pass()
        return
      case 'delete':
        this.#pass()
        if (existsSync(this.#path)) unlinkSync(this.#path)
        this.#abandonHalf()
        return
      case 'switch': {
        this.#endHalf()
        this.#pass()
        const target = join(this.#directory, `target-${operation.target}`)
        appendFileSync(target, '')
        rmSync(`${this.#path}.new`, { force: true })
        symlinkSync(target, `${this.#path}.new`)
        // A regular file that stood there is deleted by this; it has been read.
        renameSync(`${this.#path}.new`, this.#path)
        return
      }
      case 'look':
        this.#pass()
        return
      case 'wait':
        this.#pass()
        this.#now = after(this.#now, seconds(31))
        this.#pass()
        return
      case 'restart': {
        const position: unknown = JSON.parse(JSON.stringify(toPosition(this.#follower.position())))
        this.#follower.close()
        this.#follower = this.#start(position as ReturnType<typeof toPosition>)
        return
      }
    }
  }

  /** Gives the writers of rotated files up, so that their last lines come as well. */
  end(): void {
    this.#endHalf()
    // A file that came and went unseen is looked for when another one has come in its place.
    this.#write(0, true)
    this.#pass()
    this.#now = after(this.#now, seconds(4_000))
    this.#pass()
    this.#follower.close()
    rmSync(this.#directory, { recursive: true })
  }

  #write(padding: number, whole: boolean): void {
    this.#number += 1
    const text = `${this.#half === '' ? '' : '+'}line ${this.#number}${'.'.repeat(padding)}`
    appendFileSync(this.#path, whole ? `${text}\n` : text)
    this.#half += text
    if (!whole) return
    this.expected.push(this.#half)
    this.#half = ''
  }

  #endHalf(): void {
    if (this.#half === '') return
    appendFileSync(this.#path, '\n')
    this.expected.push(this.#half)
    this.#half = ''
  }

  /** The writer goes on in another file: the half line stays without its end. */
  #abandonHalf(): void {
    if (this.#half !== '') this.expected.push(this.#half)
    this.#half = ''
  }

  #shift(): void {
    for (let number = this.#rotations; number >= 1; number -= 1) {
      if (existsSync(`${this.#path}.${number}`)) {
        renameSync(`${this.#path}.${number}`, `${this.#path}.${number + 1}`)
      }
    }
    this.#rotations += 1
  }

  #pass(): void {
    for (const reading of passOf(this.#follower)) this.#take(reading)
  }

  #take({ events, notices }: Reading): void {
    for (const event of events) this.delivered.push(event.text)
    for (const { kind, message } of notices) if (kind === 'gap') this.gaps.push(message)
  }
}

const check = (pattern: string, operations: readonly Operation[]): void => {
  const trial = new Trial(pattern)
  for (const operation of operations) trial.run(operation)
  trial.end()
  // The end of a half line may be known only later than the lines after it: what counts is which lines came.
  assert.deepEqual([...trial.delivered].sort(), [...trial.expected].sort())
  assert.deepEqual(trial.gaps, [])
}

const histories = (...operations: readonly fc.Arbitrary<Operation>[]) =>
  fc.array(fc.oneof(write, write, plain('look'), ...operations), { maxLength: 25 })

/** A half line in a rotated file that the glob still matches waits for its end for ever: none is written. */
const wholeLines = (all: fc.Arbitrary<Operation[]>): fc.Arbitrary<Operation[]> =>
  all.map((history) => history.map((step) => (step.kind === 'write' ? { ...step, half: false } : step)))

describe('follower', () => {
  const cases: readonly (readonly [name: string, pattern: string, fc.Arbitrary<Operation[]>])[] = [
    ['rotation by renaming', 'app.log', histories(rotate, plain('wait'))],
    [
      'rotation by renaming, followed by a glob that matches the rotated files',
      'app.log*',
      wholeLines(histories(rotate)),
    ],
    ['copying and truncating', 'app.log', histories(plain('copytruncate'), plain('wait'))],
    [
      'copying and truncating, followed by a glob that matches the copies',
      'app.log*',
      wholeLines(histories(plain('copytruncate'))),
    ],
    ['restarts of the watchdog among renames', 'app.log', histories(rotate, plain('restart'), plain('wait'))],
    ['restarts among truncations', 'app.log', histories(plain('copytruncate'), plain('restart'))],
    ['deletion and a new file', 'app.log', histories(plain('delete'), plain('wait'))],
    ['a symbolic link that is switched', 'app.log', histories(switched, plain('wait'))],
    [
      'all of it',
      'app.log',
      histories(rotate, plain('copytruncate'), plain('delete'), plain('wait'), plain('look')),
    ],
  ]
  for (const [name, pattern, operations] of cases) {
    it(`loses no line and doubles none: ${name}`, () => {
      fc.assert(
        fc.property(operations, (history) => check(pattern, history)),
        { numRuns: 50 },
      )
    })
  }

  it('is not fooled by lines that are all alike', () => {
    const directory = mkdtempSync(join(tmpdir(), 'follower-'))
    const path = join(directory, 'app.log')
    writeFileSync(path, '')
    const follower = new Follower(
      { kind: 'file', name: 'app', paths: [path] },
      [pathPattern(path)],
      () => instant(0),
      undefined,
    )
    let count = 0
    const pass = (): void => {
      for (const { events } of passOf(follower)) count += events.length
    }
    pass()
    for (let round = 1; round <= 5; round += 1) {
      appendFileSync(path, 'increase workers to minimal\n'.repeat(10 * round))
      pass()
      renameSync(path, `${path}.${round}`)
      appendFileSync(path, 'increase workers to minimal\n'.repeat(10 * round))
      pass()
      copyFileSync(path, `${path}.copy${round}`)
      truncateSync(path)
      pass()
    }
    follower.close()
    rmSync(directory, { recursive: true })
    assert.equal(count, 2 * 10 * (1 + 2 + 3 + 4 + 5))
  })

  it('is not fooled by a new file that has the inode of a deleted one and begins like it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'follower-'))
    const path = join(directory, 'app.log')
    let now = instant(0)
    const follower = new Follower(
      { kind: 'file', name: 'app', paths: [path] },
      [pathPattern(path)],
      () => now,
      undefined,
    )
    const texts: string[] = []
    const pass = (): void => {
      for (const { events } of passOf(follower)) texts.push(...events.map(({ text }) => text))
    }
    pass()
    writeFileSync(path, 'started\n')
    const { ino } = statSync(path)
    pass()
    unlinkSync(path)
    writeFileSync(path, 'another\n')
    pass()
    now = after(now, seconds(31))
    pass()
    // Where the file system gives numbers again at all, it does so at once.
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const candidate = join(directory, `candidate-${attempt}`)
      writeFileSync(candidate, 'started\nready\n')
      if (statSync(candidate).ino !== ino) continue
      renameSync(candidate, path)
      break
    }
    writeFileSync(path, 'started\nready\n')
    pass()
    follower.close()
    rmSync(directory, { recursive: true })
    assert.deepEqual(texts, ['started', 'another', 'started', 'ready'])
  })
})
