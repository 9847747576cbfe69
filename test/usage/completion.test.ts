import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { commandNames, defaultCommand, watchdogProgram } from '../../src/cli/program.ts'
import { poolProgram } from '../../src/pool/cli/program.ts'
import { type CommandModel, commandModel } from '../../src/usage/command-model.ts'
import { completionScript, isShell, shells } from '../../src/usage/completion/completion.ts'
import { whyMissing } from '../tools.ts'

const scripts = mkdtempSync(join(tmpdir(), 'watchdog-completion-'))
after(() => rmSync(scripts, { recursive: true }))
const folder = join(scripts, 'here')
mkdirSync(folder)
for (const name of ['site.yaml', 'shop.yml', 'error.log']) writeFileSync(join(folder, name), '')
mkdirSync(join(folder, 'more'))

const watchdog = commandModel(await watchdogProgram(commandNames), defaultCommand)
const pool = commandModel(poolProgram())
const withBelow = (command: CommandModel): readonly CommandModel[] => [
  command,
  ...command.commands.flatMap(withBelow),
]

for (const shell of shells) {
  describe(`completion for ${shell}`, { skip: whyMissing(shell) }, () => {
    for (const program of [watchdog, pool]) {
      test(`knows every command and option of ${program.path[0]}`, async () => {
        const questions = withBelow(program).flatMap(({ path, commands, options }) => [
          ...(commands.length === 0
            ? []
            : [{ line: `${path.join(' ')} `, expected: commands.map((below) => below.path.at(-1) ?? '') }]),
          { line: `${path.join(' ')} --`, expected: options.map(({ long }) => long ?? '') },
        ])
        const answers = await ask(
          shell,
          program,
          questions.map(({ line }) => line),
        )
        questions.forEach(({ line, expected }, index) => {
          const missing = expected.filter((word) => !answers[index]?.includes(word))
          assert.deepEqual(missing, [], `not offered behind ${JSON.stringify(line)}`)
        })
      })
    }

    test('offers what an option or an argument takes', async () => {
      const rules = ['more', 'shop.yml', 'site.yaml']
      const cases: readonly (readonly [string, readonly string[]])[] = [
        ['watchdog check ', rules],
        ['watchdog check si', ['site.yaml']],
        ['watchdog replay --rules ', rules],
        ['watchdog --dry-run --rules ', rules],
        ['watchdog times ', ['error.log', ...rules]],
        ['watchdog run --state-dir ', ['more']],
        ['watchdog run --log-format ', ['journal', 'json', 'text']],
        ['watchdog --log-level=', ['debug', 'error', 'info', 'warn']],
        ['watchdog completion ', ['bash', 'fish', 'zsh']],
        ['watchdog pause --for ', []],
        ['watchdog rules show php', ['php-fpm']],
        ['watchdog rules copy --force php-fpm ', ['error.log', ...rules]],
        // The value of an option is no command.
        ['watchdog --rules check --dry', ['--dry-run']],
      ]
      const answers = await ask(
        shell,
        watchdog,
        cases.map(([line]) => line),
      )
      cases.forEach(([line, expected], index) => {
        assert.deepEqual(answers[index]?.map(offered), expected, line)
      })
    })

    test('goes for another name of the program, too', async () => {
      const [commands] = await ask(shell, watchdog, ['unit-watchdog che'])
      assert.deepEqual(commands, ['check'])
    })
  })
}

test('the program prints its completions', async () => {
  const main = fileURLToPath(new URL('../../src/cli/watchdog.ts', import.meta.url))
  const { stdout } = await execa(process.execPath, ['--import', 'tsx', main, 'completion', 'fish'], {
    stripFinalNewline: false,
  })
  assert.equal(stdout, completionScript('fish', watchdog))
})

/** Each shell has its own way to say that a word is a directory, or the value of an option. */
const offered = (word: string): string => word.replace(/^--[^=]*=/, '').replace(/\/$/, '')

/** What the real shell offers at the end of each line, sorted and each once. */
async function ask(
  shell: string,
  program: CommandModel,
  lines: readonly string[],
): Promise<readonly (readonly string[])[]> {
  assert.ok(isShell(shell))
  const script = join(scripts, `${program.path[0]}.${shell}`)
  writeFileSync(script, completionScript(shell, program, [`unit-${program.path[0]}`]))
  const driver = fileURLToPath(new URL(`shells/${shell}`, import.meta.url))
  const { stdout } = await execa(driver, [script], {
    cwd: folder,
    input: `${lines.join('\n')}\n`,
    timeout: 60_000,
    stripFinalNewline: false,
    env: { HOME: scripts },
  })
  const answers = stdout.split(/^--\n/m).slice(0, -1)
  assert.equal(answers.length, lines.length, stdout)
  return answers.map((answer) => [...new Set(answer.split('\n').filter((word) => word !== ''))].sort())
}
