/** `watchdog schema`: the JSON Schema of the rule file, for editors. */

import { Command } from 'commander'
import { ruleFileSchema } from '../config/json-schema.ts'

export const schemaCommand = (): Command =>
  new Command('schema')
    .description('print the JSON Schema of the rule file, by which editors complete and explain')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      '\nWith the YAML language server, put this at the top of a rule file:\n  # yaml-language-server: $schema=/path/to/schema.json',
    )
    .action(() => {
      process.stdout.write(`${JSON.stringify(ruleFileSchema(), null, 2)}\n`)
    })
