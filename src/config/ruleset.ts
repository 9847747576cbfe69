/** A checked rule file as plain data: what `config` makes of the text and everything else builds upon. */

import type { Rule } from '../engine/rule.ts'
import type { AlertSpec } from './alert-spec.ts'
import type { RuleTest } from './rule-test.ts'

export interface Ruleset {
  /** By name, in the order of the file. */
  readonly sources: ReadonlyMap<string, SourceSpec>
  readonly rules: readonly Rule[]
  /** By name. */
  readonly alerts: ReadonlyMap<string, AlertSpec>
  readonly tests: readonly RuleTest[]
}

export type SourceSpec = JournalSpec | FileSpec

/** Entries of the journal that satisfy every part that is given; within a part, any of its values. */
export interface JournalSpec {
  readonly kind: 'journal'
  readonly name: string
  /** Unit names with their suffix, or patterns with `*`; trusted fields only, as `journalctl -u` selects. Empty: no selection by unit. */
  readonly units: readonly string[]
  /** The same of units of users' own systemd. */
  readonly userUnits?: readonly string[]
  /** SYSLOG_IDENTIFIER values, which any client may claim. Empty: no selection by identifier. */
  readonly identifiers: readonly string[]
  /** Exact values by field name. */
  readonly fields: ReadonlyMap<string, readonly string[]>
  /** Which journal, as arguments of journalctl(1); absent: that of the system. */
  readonly from?: readonly string[]
}

/** Lines of files, or of standard input. */
export interface FileSpec {
  readonly kind: 'file'
  readonly name: string
  /** Absolute paths, which may be globs; `-` is standard input. */
  readonly paths: readonly string[]
  /** Time format of the lines, where it is given instead of recognised: a name, or a layout such as `%F %T`. */
  readonly timestamp?: string
  /** IANA zone for times that bear none; absent: the machine's. */
  readonly timezone?: string
}
