/** The shape of a rule file: the one definition by which it is read. What its parts say of each other is for `references`. */

import * as z from 'zod'
import { expectedGot, Mistake } from '../mistake.ts'
import { alert } from './alert.ts'
import { issueOf, keys } from './elements.ts'
import { rule } from './rule.ts'
import { source } from './source.ts'
import { testCases } from './test-case.ts'

const nameWords =
  'a name of at most 64 small letters, digits, "_", "." and "-" that begins with a letter or digit'
const name = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, nameWords)

export const ruleFile = keys(
  {
    version: z.literal(1, '1').describe('Version of this format.'),
    sources: z
      .record(name, source, 'names of sources with what they read')
      .describe('Where events come from, by name.'),
    alerts: z
      .record(name, alert, 'names of alerts with where they go')
      .optional()
      .describe('Whom to tell, by name; a rule tells them by "- alert: NAME" in its "then".'),
    rules: z
      .record(name, rule, 'names of rules with their keys')
      .superRefine((rules, context) => {
        if (Object.keys(rules).length > 0) return
        context.addIssue(issueOf(new Mistake('missing-key', expectedGot('at least one rule', 'none'))))
      })
      .describe('What to watch for, by name.'),
    tests: testCases.optional().describe('What the rules must make of given events; see "watchdog test".'),
  },
  'a rule file, which starts with "version: 1"',
)

export type RuleFileContent = z.output<typeof ruleFile>
