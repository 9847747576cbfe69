/** Gathers evidence of incidents and keeps it. */

import type { Decision } from '../engine/decision.ts'
import type { EvidenceWish } from '../engine/rule.ts'
import { instant } from '../engine/time.ts'
import { decisionJson } from '../report/decision-json.ts'
import { isoTime } from '../report/time-text.ts'
import type { EvidenceFile, EvidenceLine, EvidencePart, Gathered } from './evidence.ts'
import { pruneEvidence, writeEvidence } from './evidence-directory.ts'
import { gather } from './gather.ts'
import { evidencePlan } from './plan.ts'

export interface GathererOptions {
  readonly folder: string
  /** Units of one's own systemd. */
  readonly user: boolean
  /** Path of a unit's control group; empty where it has none. */
  readonly controlGroup: (unit: string) => Promise<string>
  /** The environment of the programs that are asked. */
  readonly environment: (decision: Decision) => ReadonlyMap<string, string>
  /** `argv` of a rule with its placeholders replaced. */
  readonly expand: (argv: readonly string[], decision: Decision) => readonly string[]
  /** Told, once until it succeeds again, that evidence cannot be kept. */
  readonly failed: (message: string) => void
}

const limits = { bytes: 67_108_864, ageMs: 30 * 86_400_000 }
const pruneEveryMs = 3_600_000
const pruneBytes = 4_194_304

/** When very much happens at once, asking more programs would delay every action. */
const mostAtOnce = 8

const notAsked: EvidencePart = {
  title: 'log, status and figures of the unit',
  end: 'late',
  why: `not asked: more than ${mostAtOnce} actions at once`,
  cut: false,
  text: '',
}

export class Gatherer {
  readonly #options: GathererOptions
  #running = 0
  #pruning: Promise<void> | undefined
  #unpruned = { since: 0, bytes: 0 }
  #failing = false

  constructor(options: GathererOptions) {
    this.#options = options
  }

  /** As the port `Gathering` says. */
  async gather(decision: Decision, wish: EvidenceWish, signal: AbortSignal): Promise<Gathered | undefined> {
    if (wish.within === 0) return undefined
    const at = Date.now()
    const began = performance.now()
    this.#running += 1
    const parts = await this.#ask(decision, wish, signal).finally(() => {
      this.#running -= 1
    })
    const evidence: EvidenceFile = {
      version: 1,
      incident: decision.id,
      decision: decisionJson(decision),
      gathered: {
        at: isoTime(instant(at * 1_000)),
        milliseconds: Math.round(performance.now() - began),
      },
      lines: linesOf(decision),
      parts: [...parts],
    }
    const path = this.#keep(evidence, at)
    return { evidence, ...(path === undefined ? {} : { path }) }
  }

  #keep(evidence: EvidenceFile, now: number): string | undefined {
    try {
      const { path, bytes } = writeEvidence(this.#options.folder, evidence)
      this.#failing = false
      this.#prune(now, bytes)
      return path
    } catch (error) {
      this.#onFailure(error)
      return undefined
    }
  }

  async #ask(decision: Decision, wish: EvidenceWish, signal: AbortSignal): Promise<readonly EvidencePart[]> {
    if (this.#running > mostAtOnce) return [notAsked]
    const { user, expand, environment, controlGroup } = this.#options
    const commands = wish.commands.map((argv) => expand(argv, decision))
    return gather({
      questions: evidencePlan({ targets: decision.targets, commands, user }),
      withinMs: wish.within / 1_000,
      environment: environment(decision),
      input: `${JSON.stringify(decisionJson(decision))}\n`,
      controlGroup,
      signal,
    })
  }

  /** Nobody waits for it; looking at every file after every action would be too much. */
  #prune(now: number, bytes: number): void {
    this.#unpruned.bytes += bytes
    if (now < this.#unpruned.since + pruneEveryMs && this.#unpruned.bytes < pruneBytes) return
    this.#unpruned = { since: now, bytes: 0 }
    this.#pruning ??= pruneEvidence(this.#options.folder, now, limits)
      .catch((error: unknown) => this.#onFailure(error))
      .finally(() => {
        this.#pruning = undefined
      })
  }

  #onFailure(error: unknown): void {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (this.#failing) return
    this.#failing = true
    this.#options.failed(
      `evidence cannot be kept in ${this.#options.folder} (${String(error.code)}): incidents are acted upon without it; free space or make the directory writable`,
    )
  }
}

const linesOf = (decision: Decision): EvidenceLine[] =>
  (decision.kind === 'act' ? (decision.lines ?? []) : []).map(({ at, ...line }) => ({
    time: isoTime(at),
    ...line,
  }))
