/** The shape of a source. */

import * as z from 'zod'
import { fieldNameForm } from '../field-name.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import { timestampFormats } from '../timestamp-formats.ts'
import { unitPatternWords, unitsRead } from '../unit-name.ts'
import { issueOf, keys, oneOrMore, readBy, text, yesOrNo } from './elements.ts'
import { fieldValue } from './match.ts'
import {
  directoryPath,
  directoryWords,
  logPath,
  pathWords,
  timestamp,
  timestampWords,
  timezone,
  timezoneWords,
} from './texts.ts'

const fieldName = z.string().regex(fieldNameForm, 'the name of a journal field, in capitals, such as _UID')

export const priorities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const
const priorityWords = `one of ${priorities.join(', ')}`
const namespaceWords = 'the name of a journal namespace'

const journal = keys(
  {
    unit: oneOrMore(readBy(unitPatternWords, unitsRead), unitPatternWords)
      .optional()
      .describe(
        'Entries of these units, or of those that a pattern with * fits, by fields that no client can forge.',
      ),
    user_unit: oneOrMore(readBy(unitPatternWords, unitsRead), unitPatternWords)
      .optional()
      .describe("Entries of these units of users' own systemd."),
    kernel: yesOrNo.optional().describe('Messages of the kernel.'),
    priority: z
      .enum(priorities, priorityWords)
      .optional()
      .describe('Entries that are at least as severe: err, warning …'),
    namespace: z
      .string(namespaceWords)
      .regex(/^[A-Za-z0-9_:.@-]{1,200}$/, namespaceWords)
      .optional()
      .describe('The journal of this namespace (LogNamespace=) instead of the default one.'),
    directory: readBy(directoryWords, directoryPath)
      .optional()
      .describe('The journal files in this directory, such as /var/log/journal/remote.'),
    file: oneOrMore(readBy(directoryWords, directoryPath), directoryWords)
      .optional()
      .describe('These journal files, or those that a glob fits.'),
    identifier: oneOrMore(text('a SYSLOG_IDENTIFIER'), 'a SYSLOG_IDENTIFIER')
      .optional()
      .describe('Entries with one of these SYSLOG_IDENTIFIERs, which any client may claim.'),
    fields: z
      .record(fieldName, oneOrMore(fieldValue, 'a value'), 'names of journal fields with their values')
      .optional()
      .describe('Entries whose fields have exactly these values, or one of those of a list.'),
  },
  'what to select, such as { unit: site.service }, or {} for the whole journal',
).superRefine((journal, context) => {
  const [, second] = (['namespace', 'directory', 'file'] as const).filter((key) => journal[key] !== undefined)
  if (second === undefined) return
  const message = expectedGot('one of namespace, directory and file', 'several', 'make a source of each')
  context.addIssue(issueOf(new Mistake('conflict', message), [second]))
})

export const source = keys(
  {
    journal: journal.optional().describe('Entries of the journal that satisfy everything in it.'),
    file: oneOrMore(readBy(pathWords, logPath), pathWords)
      .optional()
      .describe('Lines of files: absolute paths, which may be globs, or - for standard input.'),
    timestamp: readBy(timestampWords, timestamp)
      .optional()
      .describe(
        `How the lines of the file are dated; recognised if absent. A format by strptime(3), or one of ${timestampFormats.join(', ')}.`,
      ),
    timezone: readBy(timezoneWords, timezone)
      .optional()
      .describe('IANA time zone of times that bear none; that of the machine if absent.'),
  },
  'a source such as { journal: { unit: site.service } } or { file: /var/log/site.log }',
).superRefine(({ journal, file, ...ofFiles }, context) => {
  const mistake = (code: 'missing-key' | 'conflict', got: string, hint: string) =>
    new Mistake(code, expectedGot('either "journal" or "file"', got, hint))
  if (journal === undefined && file === undefined) {
    context.addIssue(issueOf(mistake('missing-key', 'neither', 'say where the events come from')))
  } else if (journal !== undefined && file !== undefined) {
    context.addIssue(
      issueOf(mistake('conflict', 'both', 'make two sources of them; a rule may have both'), ['file']),
    )
  } else if (journal !== undefined) {
    for (const key of Object.keys(ofFiles)) {
      const conflict = new Mistake(
        'conflict',
        expectedGot(
          `"${key}" beside "file"`,
          'it beside "journal"',
          'entries of the journal bear their time',
        ),
      )
      context.addIssue(issueOf(conflict, [key]))
    }
  }
})
