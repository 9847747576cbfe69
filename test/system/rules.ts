/** The rule file of the system tests, as text. */

export interface RuleText {
  /** The unit that it listens to and restarts. */
  readonly unit: string
  readonly count?: number
  readonly cooldown?: string
  /** Restarted instead of `unit`. */
  readonly target?: string
  /** Of the rule `churn`; `0s` unless told: most tests start the unit themselves, just before. */
  readonly grace?: string
}

/**
 * The rule `churn` (10 in 90 s, cooldown 2 s unless told), and the rule `marker`, which answers each line `marker WORD`
 * of the same source: once that answer has come, every line before it has been judged.
 */
export const rulesText = ({
  unit,
  count = 10,
  cooldown = '2s',
  target = unit,
  grace = '0s',
}: RuleText): string => `version: 1
sources:
  site: { journal: { unit: ${unit} } }
rules:
  churn:
    source: site
    match: increase workers to minimal
    threshold: { count: ${count}, within: 90s }
    then:
      - restart: ${target}
    cooldown: ${cooldown}
    grace: ${grace}
  marker:
    source: site
    match: { regex: 'marker (?P<word>\\w+)' }
    group_by: [word]
    threshold: { count: 1, within: 1s }
    then:
      - command: [/bin/true]
    cooldown: 1s
`

/** `count` lines as a pool's manager writes when workers die. */
export const deaths = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `worker ${index + 1} exited; increase workers to minimal 4`)
