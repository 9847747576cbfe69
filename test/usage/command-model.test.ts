import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Argument, Command, Option } from 'commander'
import { commandModel } from '../../src/usage/command-model.ts'

test('options and arguments are read with their values and defaults', () => {
  const command = new Command('cut')
    .option('--http [[address:]port]', 'where')
    .option('-o, --out-dir <directory>', 'for what is made')
    .addOption(new Option('--after <span>', 'so long').default(300_000_000, '5min'))
    .addOption(new Option('--level <level>', 'how much').choices(['low', 'high']).env('CUT_LEVEL'))
    .requiredOption('--rules <file>', 'rule file')
    .argument('<old.yaml>', 'as it is')
    .addArgument(new Argument('[log...]', 'logs'))
  const { options, arguments: taken } = commandModel(command)
  assert.deepEqual(
    options.map(({ short, long, text, isRequired, value }) => [short, long, text, isRequired, value?.name]),
    [
      [undefined, '--http', 'where', false, '[address:]port'],
      ['-o', '--out-dir', 'for what is made', false, 'directory'],
      [undefined, '--after', 'so long (default: 5min)', false, 'span'],
      [undefined, '--level', 'how much; $CUT_LEVEL stands for it', false, 'level'],
      [undefined, '--rules', 'rule file', true, 'file'],
      ['-h', '--help', 'display help for command', false, undefined],
    ],
  )
  assert.deepEqual(
    options.map(({ value }) => value?.takes.kind),
    ['anything', 'directory', 'anything', 'words', 'rules', undefined],
  )
  assert.deepEqual(options[0]?.value?.isOptional, true)
  assert.deepEqual(
    taken.map(({ name, isRequired, isRepeated, takes }) => [name, isRequired, isRepeated, takes.kind]),
    [
      ['old.yaml', true, false, 'rules'],
      ['log', false, true, 'file'],
    ],
  )
})

test('what the help says below the options is kept, at any width of the terminal', () => {
  const notes = `\n${'A long line about it. '.repeat(20)}\n\nExit codes: 0 done, 2 wrong usage.`
  const program = new Command('cut').addCommand(new Command('thin').addHelpText('after', notes))
  const [thin] = commandModel(program, 'thin').commands
  assert.equal(thin?.notes, notes.trim())
  assert.deepEqual(commandModel(program, 'thin').defaultCommand?.path, ['cut', 'thin'])
})
