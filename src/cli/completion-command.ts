/** `watchdog completion`: what a shell needs to complete the commands, their options, and files. */

import { Argument, Command } from 'commander'
import { commandModel } from '../usage/command-model.ts'
import { completionScript, isShell, shells } from '../usage/completion/completion.ts'

/** `program` gives the whole program, whose other commands are not loaded before. */
export const completionCommand = (program: () => Promise<Command>, defaultCommand: string): Command =>
  new Command('completion')
    .description('print what bash, zsh or fish needs to complete the commands and their options')
    .addArgument(new Argument('<shell>', 'for which shell').choices(shells))
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      `
For this session:
  source <(watchdog completion bash)
  source <(watchdog completion zsh)
  watchdog completion fish | source

For all to come, as root:
  watchdog completion bash >/etc/bash_completion.d/watchdog
  watchdog completion zsh >/usr/local/share/zsh/site-functions/_watchdog
  watchdog completion fish >/etc/fish/completions/watchdog.fish`,
    )
    .action(async (shell: string) => {
      if (!isShell(shell)) throw new Error(`commander let ${shell} pass`)
      process.stdout.write(completionScript(shell, commandModel(await program(), defaultCommand)))
    })
