/** The evidence of a run: what is asked for it, and where it is kept. */

import type { Logger } from 'pino'
import { incidentEnvironment, incidentValues } from '../actions/incident-values.ts'
import { expandTemplate } from '../config/template.ts'
import { evidenceFolder } from '../evidence/evidence-directory.ts'
import { Gatherer } from '../evidence/gatherer.ts'
import type { Systemd } from '../platform/systemd/systemd.ts'
import { readTypeProperties } from '../platform/systemd/type-properties.ts'
import type { Gathering } from '../run/gathering.ts'
import type { KeptState } from './kept-state.ts'

export interface EvidenceOptions {
  readonly state: KeptState
  readonly log: Logger
  readonly systemd: Systemd
  /** Units of the user's own systemd. */
  readonly user: boolean
}

/** Without a state directory none is gathered: it could not be kept. */
export function openEvidence({ state, log, systemd, user }: EvidenceOptions): {
  readonly evidence?: Gathering
} {
  if (state.directory === undefined) return {}
  return {
    evidence: new Gatherer({
      folder: evidenceFolder(state.directory),
      user,
      controlGroup: async (unit) => (await readTypeProperties(systemd, unit)).controlGroup,
      environment: (decision) => new Map([...incidentEnvironment(decision, process.env), ...plain]),
      expand: (argv, decision) => {
        const values = incidentValues(decision)
        return argv.map((argument) => expandTemplate(argument, values))
      },
      failed: (message) => log.warn({ type: 'evidence', kind: 'unsaved' }, message),
    }),
  }
}

/** What programs say is for a file. */
const plain = [
  ['LC_ALL', 'C.UTF-8'],
  ['SYSTEMD_COLORS', '0'],
  ['SYSTEMD_URLIFY', '0'],
] as const
