/** Follows the files of one source through their rotations. Synchronous; waits for nothing and starts no timer. */

import { closeSync } from 'node:fs'
import type { FileSpec } from '../../config/ruleset.ts'
import type { LogEvent } from '../../engine/event.ts'
import { type Duration, type Instant, seconds, span } from '../../engine/time.ts'
import { decodeLine, lineEvent } from '../line-event.ts'
import { type LineSink, lineLimitBytes } from '../lines.ts'
import type { SourceNotice } from '../source.ts'
import { availability } from './availability.ts'
import { decompressedHead, isCompressed, openDecompressed } from './compressed.ts'
import { type FollowedFile, startOfLastLine } from './followed-file.ts'
import { listing } from './listing.ts'
import { type Open, OpenFiles } from './open-files.ts'
import type { PathPattern } from './path-pattern.ts'
import type { FilePlace, FilePosition } from './place.ts'
import { isRotationOf } from './rotated-name.ts'
import { filesToLeave, filesToOpen } from './rotation.ts'
import { findCompressed, findCopy, findPlace, isAtPlace, rotatedSince } from './search.ts'
import { errorCode, type FileSight, type OpenFile, openFile, sightOf, type Trouble } from './sight.ts'

/** A file that could not be read is opened again after this time. */
const retryAfter: Duration = seconds(10)

/** What one step of reading brought. */
export interface Reading {
  readonly events: readonly LogEvent[]
  readonly notices: readonly SourceNotice[]
}

/** A file that was changed this recently may be a copy that is still being made, in milliseconds. */
const copyingMs = 10_000

export class Follower {
  readonly #spec: FileSpec
  readonly #patterns: readonly PathPattern[]
  readonly #clock: () => Instant
  readonly #availability
  readonly #open: OpenFiles
  /** Where files that could not be opened at the start ended then. */
  readonly #endsAtStart = new Map<string, number>()
  /** Files whose reading failed, until it succeeds. */
  readonly #failing = new Map<string, Trouble & { readonly since: Instant }>()
  #newPatterns: readonly PathPattern[]
  #isFirst = true
  #notices: SourceNotice[] = []

  /** Goes on from `after`; files that stand at the paths now and are not in it begin at their present end. */
  constructor(
    spec: FileSpec,
    patterns: readonly PathPattern[],
    clock: () => Instant,
    after: FilePosition | undefined,
  ) {
    this.#spec = spec
    this.#patterns = patterns
    this.#clock = clock
    this.#availability = availability(spec.name)
    const known = new Set(after?.patterns)
    this.#newPatterns = patterns.filter(({ text }) => !known.has(text))
    this.#open = new OpenFiles(spec, clock, after?.left ?? [])
    const moved = (after?.files ?? []).filter((place) => this.#resume(place) === 'moved')
    for (const place of moved) this.#openRotated(place)
  }

  /** Looks what stands at the paths now, opens what is new and leaves what is finished. */
  look(): Reading {
    const now = this.#clock()
    const sights = listing(this.#patterns)
    const files = sights.filter((sight) => sight.kind === 'file')
    const troubles = sights.filter((sight) => sight.kind === 'trouble')
    const ids = new Set(files.map(({ id }) => id))
    for (const id of ids) this.#touch(this.#open.get(id), now)
    for (const [id, trouble] of this.#failing) {
      if (ids.has(id)) troubles.push(trouble)
      else this.#failing.delete(id)
    }

    for (const sight of filesToOpen(this.#open.followed(), files)) {
      const failing = this.#failing.get(sight.id)
      if (failing !== undefined && span(failing.since, now) < retryAfter) continue
      const trouble = this.#openNew(sight, now)
      if (trouble !== undefined) troubles.push(trouble)
    }
    const events = filesToLeave(this.#open.followed(), files, now).flatMap((id) => this.#leave(id))
    this.#isFirst = false
    this.#newPatterns = []
    this.#notices.push(...this.#availability.tell(troubles, now))
    return { events, notices: this.#takeNotices() }
  }

  /** Reads every open file to its end, in steps of one chunk. */
  *read(): Generator<Reading> {
    for (const open of this.#open.all()) yield* this.#readFile(open)
  }

  /** The same object in every part that has not changed. */
  position(): FilePosition {
    return {
      version: 1,
      patterns: this.#patterns.map(({ text }) => text),
      files: this.#open.places(),
      left: this.#open.left(),
    }
  }

  close(): void {
    this.#open.close()
  }

  *#readFile(open: Open): Generator<Reading> {
    const { file } = open
    for (;;) {
      const before = file.place()
      const events: LogEvent[] = []
      let result: ReturnType<FollowedFile['read']>
      try {
        result = file.read(this.#sink(open, events))
      } catch (error) {
        // A stale handle of a network file system, or a failing disk: it is opened anew when it can be.
        const message = `${file.path} cannot be read (${errorCode(error)})`
        const trouble = { kind: 'trouble', path: file.path, why: 'other', message } as const
        this.#failing.set(file.id, { ...trouble, since: this.#clock() })
        this.#open.leave(open)
        yield { events, notices: this.#takeNotices() }
        return
      }
      this.#failing.delete(file.id)
      if (result === 'rewritten') {
        yield* this.#restart(open)
        continue
      }
      // Lines may have come and gone to a copy before anybody looked.
      if (result === 'emptied') this.#openRotated(before)
      if (file.place() !== before) open.active = this.#clock()
      if (events.length > 0 || this.#notices.length > 0) yield { events, notices: this.#takeNotices() }
      if (result === 'end' || result === 'emptied') return
    }
  }

  /** A file was truncated, or written anew in its place. */
  *#restart(open: Open): Generator<Reading> {
    const { file } = open
    const place = file.place()
    const copy = findCopy(place) ?? findCompressed(place)
    const events: LogEvent[] = []
    if (copy === undefined) {
      file.finish(this.#sink(open, events))
      this.#notice('gap', `${file.path} was truncated; lines written just before may be missing`)
    } else if (this.#open.get(copy.id) !== undefined) {
      closeSync(copy.fd)
    } else {
      yield* this.#readFile(this.#open.follow(copy, file.path, place.offset))
    }
    file.restart()
    if (events.length > 0 || this.#notices.length > 0) yield { events, notices: this.#takeNotices() }
  }

  #openNew(sight: FileSight, now: Instant): Trouble | undefined {
    const file = openFile(sight.path)
    if (file.kind !== 'file') {
      if (this.#wasThereAtStart(sight.path)) this.#endsAtStart.set(sight.id, sight.size)
      return file
    }
    // Another one may have come to the path since it was looked at.
    if (this.#open.get(file.id) !== undefined) {
      closeSync(file.fd)
      return undefined
    }
    const original = this.#originalOf(file)
    if (original !== undefined && now / 1_000 - file.modified < copyingMs) {
      closeSync(file.fd)
      return undefined
    }
    const before = this.#open.all().findLast((open) => open.file.path === file.path)
    this.#touch(before, now)
    const place = before?.file.place() ?? this.#open.left().findLast(({ path }) => path === file.path)
    if (place !== undefined) this.#openRotated(place)
    this.#open.follow(file, file.path, original === undefined ? this.#startOf(file) : file.size)
    return undefined
  }

  /** Where a file that was not followed until now is read from. */
  #startOf(file: OpenFile): number {
    const left = this.#open.takeLeft(file.id)
    if (left !== undefined && isAtPlace(file, left)) return left.offset
    // What was left may have been compressed since, and is another file by that.
    const same = isCompressed(file.path)
      ? this.#open.left().find((place) => isAtPlace(file, place))
      : undefined
    if (same !== undefined) return same.offset
    if (this.#wasThereAtStart(file.path)) return startOfLastLine(file)
    const end = this.#endsAtStart.get(file.id)
    this.#endsAtStart.delete(file.id)
    return end !== undefined && end <= file.size ? end : 0
  }

  #wasThereAtStart(path: string): boolean {
    return this.#isFirst && this.#newPatterns.some((pattern) => pattern.matches(path))
  }

  /** The followed file of which `file` is the copy that a rotation makes before it truncates. */
  #originalOf(file: OpenFile): FollowedFile | undefined {
    const files = this.#open.all().map((open) => open.file)
    return files.find((each) => isRotationOf(file.path, each.path) && each.isCopiedIn(file))
  }

  /** Opens a file of an earlier run again, wherever it is now. */
  #resume(place: FilePlace): 'here' | 'moved' | 'lost' {
    const found = findPlace(place)
    // Nothing was read of it: whatever was rotated since is read from its start.
    if (found === undefined && place.seen === 0) return 'moved'
    if (found === undefined) {
      // It may only be out of reach for now.
      this.#open.remember(place)
      this.#notice('gap', `${place.path} is not the file that was read before; lines between may be missing`)
      return 'lost'
    }
    if (this.#open.get(found.id) !== undefined) closeSync(found.fd)
    else this.#open.follow(found, place.path, place.offset)
    const current = sightOf(place.path)
    return current.kind === 'file' && current.id === found.id ? 'here' : 'moved'
  }

  /** Opens what came to the place's path and was rotated away again before anybody looked. */
  #openRotated(place: FilePlace): void {
    for (const sight of rotatedSince(place)) {
      if (this.#open.get(sight.id) !== undefined) continue
      // What is open is not decompressed, which takes its time.
      const head = isCompressed(sight.path) ? decompressedHead(sight.path) : undefined
      if (head !== undefined && this.#open.all().some((open) => open.file.beganLike(head))) continue
      const file = isCompressed(sight.path) ? openDecompressed(sight.path) : openFile(sight.path)
      if (file?.kind !== 'file') continue
      if (this.#open.all().some((open) => open.file.isCopiedIn(file))) closeSync(file.fd)
      else this.#open.follow(file, place.path, this.#startOf(file))
    }
  }

  #touch(open: Open | undefined, now: Instant): void {
    if (open !== undefined) open.active = now
  }

  /** The last line of a file that is left gets no end any more: it is delivered as it stands. */
  #leave(id: string): readonly LogEvent[] {
    const open = this.#open.get(id)
    if (open === undefined) return []
    const events: LogEvent[] = []
    open.file.finish(this.#sink(open, events))
    this.#open.leave(open)
    return events
  }

  #sink({ origin, dating }: Open, events: LogEvent[]): LineSink {
    const now = this.#clock()
    return (bytes, start, end, offset, cut) => {
      const text = decodeLine(bytes, start, end, offset)
      events.push(lineEvent(origin, text, dating.date(text, now), offset, cut))
      if (cut) {
        this.#notice(
          'damaged',
          `line at ${origin.path}:${offset} is longer than ${lineLimitBytes} bytes; cut`,
        )
      }
    }
  }

  #notice(kind: SourceNotice['kind'], message: string): void {
    const { name } = this.#spec
    this.#notices.push({ sources: [name], at: this.#clock(), kind, message: `source ${name}: ${message}` })
  }

  #takeNotices(): readonly SourceNotice[] {
    const notices = this.#notices
    this.#notices = []
    return notices
  }
}
