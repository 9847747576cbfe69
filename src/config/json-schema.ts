/** The rule file as a JSON Schema for editors, from the one definition by which it is read. Pure. */

import * as z from 'zod'
import { ruleFile } from './schema/rule-file.ts'

/** JSON Schema 2020-12 of what a rule file may say. What its parts say of each other is for `watchdog check` alone. */
export const ruleFileSchema = (): object => ({
  title: 'Rule file of unit-watchdog',
  ...z.toJSONSchema(ruleFile, { io: 'input' }),
})
