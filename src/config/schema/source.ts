/** The shape of a source. */

import { z } from 'zod'
import { fieldNameForm } from '../field-name.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import { timestampFormats } from '../timestamp-formats.ts'
import { issueOf, keys, oneOrMore, readBy, text, unit } from './elements.ts'
import { fieldValue } from './match.ts'
import { logPath, pathWords, timestamp, timestampWords, timezone, timezoneWords } from './texts.ts'

const fieldName = z.string().regex(fieldNameForm, 'the name of a journal field, in capitals, such as _UID')

const journal = keys(
  {
    unit: oneOrMore(unit, 'the name of a unit such as site.service')
      .optional()
      .describe('Entries of these units, by fields that no client can forge.'),
    identifier: oneOrMore(text('a SYSLOG_IDENTIFIER'), 'a SYSLOG_IDENTIFIER')
      .optional()
      .describe('Entries with one of these SYSLOG_IDENTIFIERs, which any client may claim.'),
    fields: z
      .record(fieldName, oneOrMore(fieldValue, 'a value'), 'names of journal fields with their values')
      .optional()
      .describe('Entries whose fields have exactly these values, or one of those of a list.'),
  },
  'what to select, such as { unit: site.service }, or {} for the whole journal',
)

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
