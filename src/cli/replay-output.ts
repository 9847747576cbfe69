/** What `watchdog replay` prints while it runs, and who else is told of it. */

import { type Colours, coloursFor } from '../report/colours.ts'
import { closingJson, cooldownJson, deafnessJson, decisionJson, graceJson } from '../report/decision-json.ts'
import { closingText, cooldownText, deafnessText, decisionText, graceText } from '../report/replay-text.ts'
import type { ReplayObserver } from '../run/replay.ts'

export const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const warn = ({ message }: { readonly message: string }): void => {
  process.stderr.write(`${message}\n`)
}

/** Those of standard output. */
export const colours = (): Colours => coloursFor(process.stdout.isTTY && process.stdout.hasColors())

export const jsonObserver: ReplayObserver = {
  decision: (decision) => print(JSON.stringify(decisionJson(decision))),
  cooldownEnd: (end) => print(JSON.stringify(cooldownJson(end, true))),
  closed: (closing) => print(JSON.stringify(closingJson(closing))),
  grace: (grace) => print(JSON.stringify(graceJson(grace))),
  deaf: (deafness) => print(JSON.stringify(deafnessJson(deafness))),
  notice: warn,
}

export function textObserver(): ReplayObserver {
  const shown = colours()
  return {
    decision: (decision) => print(decisionText(decision, shown)),
    cooldownEnd: (end) => print(cooldownText(end, shown)),
    closed: (closing) => print(closingText(closing, shown)),
    grace: (grace) => print(graceText(grace, shown)),
    deaf: (deafness) => print(deafnessText(deafness, shown)),
    notice: warn,
  }
}

/** Tells several observers of everything, in their order. */
export function together(observers: readonly Partial<ReplayObserver>[]): ReplayObserver {
  const all = (tell: (one: Partial<ReplayObserver>) => void): void => {
    for (const one of observers) tell(one)
  }
  return {
    decision: (decision) => all((one) => one.decision?.(decision)),
    cooldownEnd: (end) => all((one) => one.cooldownEnd?.(end)),
    closed: (closing) => all((one) => one.closed?.(closing)),
    grace: (grace) => all((one) => one.grace?.(grace)),
    deaf: (deafness) => all((one) => one.deaf?.(deafness)),
    notice: (notice) => all((one) => one.notice?.(notice)),
  }
}
