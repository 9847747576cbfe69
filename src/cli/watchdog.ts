/** The `watchdog` command: options in, exit code out. Each subcommand has a file of its own. */

import type { Command } from 'commander'
import { keepHeapSmall, optimizeLate } from '../platform/runtime.ts'
import { startThreadFor } from './early-thread.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { commandNames, defaultCommand, watchdogProgram } from './program.ts'

void main()

async function main(): Promise<void> {
  startThreadFor(process.argv.slice(2))
  // Only what is used is loaded: half of the time of a short command is loading.
  const names = wanted(process.argv[2])
  // What goes on for months takes 7 MiB less where it is done first; the others are loaded sooner where it is not.
  const goesOn = names[0] === defaultCommand
  if (goesOn) keepHeapSmall()
  const program = await watchdogProgram(names)
  if (!goesOn) keepHeapSmall()
  optimizeLate()
  for (const command of withSubcommands(program)) {
    command.exitOverride((error) => {
      process.exit(error.exitCode === 0 ? exitCode.ok : exitCode.usage)
    })
  }

  // Whoever read it has seen enough, as `head` has: there is nobody left to tell.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })

  try {
    await program.parseAsync()
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = error.exitCode
  }
}

/** The commands that the first argument may be about: all of them where that is not known, or where help is wanted. */
function wanted(first = '--help'): readonly string[] {
  if (commandNames.includes(first)) return [first]
  if (['-V', '--version'].includes(first)) return []
  const isHelp = ['-h', '--help'].includes(first)
  return first.startsWith('-') && !isHelp ? [defaultCommand] : commandNames
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)]
}
