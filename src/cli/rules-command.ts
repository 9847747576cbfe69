/** `watchdog rules`: the rules that come with it, to look at and to copy. */

import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Argument, Command } from 'commander'
import type { Rule } from '../engine/rule.ts'
import { knownUnits } from '../engine/target.ts'
import { counted } from '../report/counted.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { loadRules } from './load-rules.ts'
import { type LibraryFile, libraryFile, libraryFiles, libraryNames } from './rule-library.ts'

interface ListOptions {
  readonly json?: true
}

interface CopyOptions {
  readonly force?: true
}

/** Completed by shells; a wrong one is answered by `libraryFile`, which has a better answer. */
const libraryName = (): Argument =>
  new Argument('<name>', 'a name of the list').choices(libraryNames()).argParser((name) => name)

export function rulesCommand(): Command {
  const command = new Command('rules')
    .description('list, show and copy the rules that come with watchdog, for services that are widely used')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 a file is there already or cannot be written, 2 wrong usage, or no rules of that name.',
    )
  command
    .command('list')
    .description('list what there is')
    .option('--json', 'one JSON object per file on standard output')
    .action(list)
  command
    .command('show')
    .description('print a file of rules')
    .addArgument(libraryName())
    .action((name: string) => print(libraryFile(name).text))
  command
    .command('copy')
    .description('copy a file of rules, to be changed')
    .addArgument(libraryName())
    .argument('[destination]', 'a file, or a directory', '.')
    .option('--force', 'overwrite what is there')
    .action(copy)
  return command
}

function list({ json }: ListOptions): void {
  const files = libraryFiles()
  if (json) {
    for (const file of files) print(`${JSON.stringify(fileJson(file))}\n`)
    return
  }
  const width = Math.max(...files.map(({ name }) => name.length))
  for (const { name, title } of files) print(`${name.padEnd(width)}  ${title}\n`)
}

const fileJson = ({ name, title, path }: LibraryFile): object => ({
  name,
  title,
  path,
  rules: loadRules(path).rules.map(ruleJson),
})

const ruleJson = (rule: Rule): object => ({
  name: rule.name,
  description: rule.description,
  units: knownUnits(rule),
})

function copy(name: string, destination: string, { force }: CopyOptions): void {
  const file = libraryFile(name)
  const path = isDirectory(destination) ? join(destination, `${file.name}.yaml`) : destination
  try {
    writeFileSync(path, file.text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    throw new CommandError(unwritable(path, error), exitCode.failed)
  }
  const { rules } = loadRules(file.path)
  print(
    `${path}: ${counted(rules.length, 'rule')}. Change the names in it, then try it: watchdog test ${path}\n`,
  )
}

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

function unwritable(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EEXIST') return `${path} is there already; --force overwrites it`
  if (code === 'ENOENT') return `${path}: no such directory`
  return `${path} cannot be written: ${String(code ?? error)}`
}

const print = (text: string): void => {
  process.stdout.write(text)
}
