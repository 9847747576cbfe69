/** Decisions as the page words them. Pure. */

import type { Decision } from '../../engine/decision.ts'
import { actionsWords, holdWords, keyWords, seenWords } from '../decision-words.ts'

/** What was decided: `would restart site.service`. */
export const verdictWords = (decision: Decision): string =>
  decision.kind === 'act'
    ? `would ${actionsWords(decision) || 'act'}`
    : `held back: ${holdWords(decision.because, decision.targets)}`

/** A decision on one line, with what led to it. */
export const decisionNote = (decision: Decision): string =>
  [keyWords(decision), verdictWords(decision), seenWords(decision)].filter((part) => part !== '').join('; ')
