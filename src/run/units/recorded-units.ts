/** What the journal itself says of the units that a replay would act upon: their states, and how long their jobs took. Pure. */

import type { Decision } from '../../engine/decision.ts'
import type { Attempt, Input, UnitObservation } from '../../engine/input.ts'
import type { Action } from '../../engine/rule.ts'
import { after, type Instant, instant, microseconds, seconds } from '../../engine/time.ts'
import { unitMessage, unitMessageSource } from '../../platform/systemd/unit-message.ts'
import type { Batch } from '../../sources/source.ts'
import { type Job, UnitStory } from './unit-story.ts'

/** A job that begins so soon after a decision to act is taken for the doing of it. */
const promptness = seconds(5)
/** A message that none explains for so long is judged as it is. */
const patience = seconds(300)
/** So many events are read ahead at most. */
const mostAhead = 20_000

/** A decision that is being acted upon. */
interface Course {
  readonly decision: Decision
  /** Those of its actions that have not begun. */
  readonly left: Action[]
  readonly attempts: Attempt[]
}

interface Due {
  readonly at: Instant
  readonly what: Input | Course
}

/**
 * Takes systemd's messages out of the recorded events, and gives them back as inputs of the engine when their time has
 * come. It reads ahead of the events, because some messages are made clear only by the next.
 */
export class RecordedUnits {
  readonly #stories = new Map<string, UnitStory>()
  /** What is to be told, the earliest first. */
  readonly #due: Due[] = []
  /** Jobs whose end is awaited. */
  readonly #awaited = new Map<Job, Course>()
  /** Jobs that are the doing of a decision. */
  readonly #ours = new WeakSet<Job>()

  /** The events that are none of systemd's messages. */
  async *read(batches: AsyncIterable<Batch>): AsyncGenerator<Batch, void, undefined> {
    const held: Batch[] = []
    let ahead = 0
    let past = instant(0)
    for await (const batch of batches) {
      const now = this.#takeMessages(batch)
      const events = batch.events.filter(({ source }) => source !== unitMessageSource)
      held.push({ ...batch, events })
      ahead += events.length
      const known = now === undefined ? undefined : this.#knownUpTo(now)
      for (;;) {
        const [first] = held
        const last = first?.events.at(-1)?.at
        const isKnown = last === undefined || (known !== undefined && last <= known)
        if (first === undefined || !(isKnown || ahead > mostAhead)) break
        if (last !== undefined) {
          this.#settle(last)
          for (const story of this.#stories.values()) story.forget(past)
          past = last
        }
        held.shift()
        ahead -= first.events.length
        yield first
      }
    }
    this.#settle(instant(Number.MAX_SAFE_INTEGER))
    yield* held
  }

  /** The time at which there is something to tell next. */
  get next(): Instant | undefined {
    return this.#due[0]?.at
  }

  /** What is to be told then. */
  take(): readonly Input[] {
    const due = this.#due.shift()
    if (due === undefined) return []
    if ('kind' in due.what) return [due.what]
    this.#goOn(due.what, due.at)
    return []
  }

  /** The replay begins at `at`: how the units were then, and when they were disturbed before. */
  begin(at: Instant): readonly Input[] {
    const latest = new Map<string, UnitObservation>()
    while ((this.next ?? after(at, microseconds(1))) <= at) {
      for (const input of this.take()) if (input.kind === 'unit') latest.set(input.unit, { ...input, at })
    }
    return [...latest.values()]
  }

  /** Whether the journal tells what became of the actions of a decision that was taken `now`; then it is told in time. */
  foresees(decision: Decision, now: Instant): boolean {
    const isKnown = decision.actions.some((action) => this.#jobOf(action, now) !== undefined)
    if (isKnown) this.#goOn({ decision, left: [...decision.actions], attempts: [] }, now)
    return isKnown
  }

  /** Returns the time up to which it has read. */
  #takeMessages({ events }: Batch): Instant | undefined {
    for (const event of events) {
      if (event.source !== unitMessageSource) continue
      const message = unitMessage(event)
      if (message !== undefined) this.#tell(this.#storyOf(message.unit).take(message))
    }
    return events.at(-1)?.at
  }

  #storyOf(unit: string): UnitStory {
    const known = this.#stories.get(unit)
    if (known !== undefined) return known
    const story = new UnitStory(unit, (job) => this.#onJobEnd(job))
    this.#stories.set(unit, story)
    return story
  }

  #knownUpTo(now: Instant): Instant {
    const unclear = [...this.#stories.values()].flatMap(({ unclear }) => unclear ?? [])
    for (const at of unclear) if (after(at, patience) < now) this.#settle(at)
    return instant(Math.min(now - promptness, ...unclear.map((at) => at - 1)))
  }

  #settle(at: Instant): void {
    for (const story of this.#stories.values()) this.#tell(story.settle(at))
  }

  #tell(observations: readonly UnitObservation[]): void {
    for (const observation of observations) this.#add({ at: observation.at, what: observation })
  }

  #add(due: Due): void {
    const index = this.#due.findLastIndex(({ at }) => at <= due.at)
    this.#due.splice(index + 1, 0, due)
  }

  /** The actions follow one another; those of which systemd says nothing take no time. */
  #goOn(course: Course, from: Instant): void {
    const { decision, left, attempts } = course
    for (let action = left.shift(); action !== undefined; action = left.shift()) {
      attempts.push({ action, result: 'done' })
      const job = this.#jobOf(action, from)
      if (job === undefined) continue
      this.#ours.add(job)
      if (job.ended === undefined) this.#awaited.set(job, course)
      else this.#add({ at: job.ended, what: course })
      return
    }
    this.#add({ at: from, what: { kind: 'outcome', at: from, decision: decision.id, attempts } })
  }

  #onJobEnd(job: Job): void {
    const course = this.#awaited.get(job)
    if (course === undefined || job.ended === undefined) return
    this.#awaited.delete(job)
    this.#add({ at: job.ended, what: course })
  }

  /** systemd may make one job of ours and of its own. */
  #jobOf(action: Action, from: Instant): Job | undefined {
    if (action.kind !== 'unit') return undefined
    const jobs = this.#stories
      .get(action.unit)
      ?.jobs.filter(
        (job) => !this.#ours.has(job) && job.began >= from && job.began <= after(from, promptness),
      )
    return jobs?.find(({ automatic }) => !automatic) ?? jobs?.[0]
  }
}
