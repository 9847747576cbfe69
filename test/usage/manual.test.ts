import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { commandNames, defaultCommand, watchdogProgram } from '../../src/cli/program.ts'
import { ruleFileSchema } from '../../src/config/json-schema.ts'
import { poolProgram } from '../../src/pool/cli/program.ts'
import { expected as poolKeys } from '../../src/pool/config/schema.ts'
import { type CommandModel, commandModel } from '../../src/usage/command-model.ts'
import { section } from '../../src/usage/manual/block.ts'
import { parseMarkdown } from '../../src/usage/manual/markdown.ts'
import { roffPage } from '../../src/usage/manual/roff.ts'
import { whyMissing } from '../tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'watchdog-manual-'))
after(() => rmSync(folder, { recursive: true }))
const project = fileURLToPath(new URL('../..', import.meta.url))

await execa(process.execPath, ['--import', 'tsx', '.config/build-manual.mjs', folder], {
  cwd: project,
  env: { SOURCE_DATE_EPOCH: '1700000000' },
  timeout: 60_000,
})
const files = readdirSync(join(folder, 'man')).map((name) => join(folder, 'man', name))

/** As people see it: in one line what is one paragraph. */
const shown = async (name: string): Promise<string> => {
  const env = { MANWIDTH: '4000', MANPAGER: 'cat', LC_ALL: 'C.UTF-8', MANOPT: '--no-justification' }
  return (await execa('man', ['-l', join(folder, 'man', name)], { env })).stdout.replaceAll(
    /(?<=\S) {2,}/g,
    ' ',
  )
}

const withBelow = (command: CommandModel): readonly CommandModel[] => [
  command,
  ...command.commands.flatMap(withBelow),
]
const programs = [
  commandModel(await watchdogProgram(commandNames), defaultCommand),
  commandModel(poolProgram()),
]

describe('every command', () => {
  for (const command of programs.flatMap(withBelow)) {
    test(`${command.path.join(' ')} says what it does, takes and understands`, () => {
      assert.notEqual(command.summary, '')
      const mute = [...command.arguments, ...command.options].filter(
        ({ text }) => text.replace(/\(default: .*/, '').trim() === '',
      )
      assert.deepEqual(mute, [])
    })
  }
})

test('every key of a rule file is described', () => {
  assert.deepEqual(
    keysOf(ruleFileSchema()).filter(({ description }) => description === undefined),
    [],
  )
})

describe('manual pages', { skip: whyMissing('man', 'mandoc') }, () => {
  test('are clean for both formatters that there are', async () => {
    assert.deepEqual(files.map((file) => file.split('/').at(-1)).sort(), [
      'fcgi-pool.1',
      'watchdog-rules.5',
      'watchdog.1',
    ])
    for (const file of files) {
      const { stdout } = await execa('mandoc', ['-Tlint', '-W', 'warning', file], { reject: false })
      assert.equal(stdout, '')
      const { stderr } = await execa('man', ['--warnings=w', '-l', file], {
        env: { MANWIDTH: '80', MANPAGER: 'cat', LC_ALL: 'C.UTF-8' },
      })
      assert.equal(stderr, '')
      const { stdout: summary } = await execa('lexgrog', [file])
      assert.match(summary, / - \w/, 'apropos(1) finds it')
    }
  })

  test('bear the date of their sources', () => {
    for (const file of files)
      assert.match(readFileSync(file, 'utf8'), /^\.TH "\S+" \d 2023-11-14 "unit-watchdog /)
  })

  for (const program of programs) {
    test(`${program.path[0]}(1) has all commands with their arguments and options`, async () => {
      const page = await shown(`${program.path[0]}.1`)
      const parts = new Map(page.split(/\n(?= {0,3}\S)/).map((part) => [part.split('\n')[0]?.trim(), part]))
      for (const command of withBelow(program)) {
        const title = command === program ? 'OPTIONS' : command.path.join(' ')
        const part = parts.get(title) ?? ''
        assert.notEqual(part, '', `nothing about ${title}`)
        const names = [
          ...command.arguments.map(({ name }) => name),
          ...command.options.map(({ long }) => long),
        ]
        const texts = [...command.arguments, ...command.options].map(({ text }) => text)
        const wanted = [...names, ...texts, ...(command === program ? [] : [command.summary])]
        // Help is told of once; sentences begin with a capital.
        const told = wanted.filter(
          (text) => command === program || !/^(--help|display help.*)$/.test(text ?? ''),
        )
        assert.deepEqual(
          told.filter((text) => !part.includes(text?.slice(1) ?? '')),
          [],
          part,
        )
      }
    })
  }

  test('watchdog-rules(5) has all keys with their descriptions, and the prose of the README', async () => {
    const page = await shown('watchdog-rules.5')
    const missing = keysOf(ruleFileSchema()).filter(
      ({ key, description = '' }) => !page.includes(`${key}: `) || !page.includes(description),
    )
    assert.deepEqual(missing, [])
    for (const heading of ['CONDITIONS', 'POLICY', 'TESTS OF RULES', 'HOW IT DECIDES', 'EXAMPLE'])
      assert.ok(page.includes(`\n${heading}\n`), heading)
    assert.ok(page.includes(readFileSync(join(project, 'rules/example.yaml'), 'utf8').split('\n')[1] ?? ''))
  })

  test('fcgi-pool(1) has all keys of its configuration, and its signals', async () => {
    const page = await shown('fcgi-pool.1')
    const missing = [...Object.keys(poolKeys), 'SIGHUP', 'SIGUSR2'].filter((key) => !page.includes(key))
    assert.deepEqual(missing, [])
  })

  test('show every text as it was written', async () => {
    const lines = [
      '.TH is no request, nor is \\fBthis\\fR bold',
      '\'quoted\' "twice" `and so on` ~/.x ^ \\e \\(aq',
      'journalctl -o json --since=-2h | grep -v "a-b"',
      'ünïcode … → 日本 🐕',
    ]
    const page = roffPage({
      name: 'tricky',
      chapter: 7,
      summary: 'texts',
      date: '2026-11-21',
      origin: 'test',
      sections: [
        section('Example', { kind: 'verbatim', lines }),
        section(
          'Prose',
          ...lines.map((text) => ({ kind: 'paragraph', spans: [{ text, style: 'bold' }] }) as const),
        ),
      ],
    })
    writeFileSync(join(folder, 'man/tricky.7'), page)
    const shownPage = (await shown('tricky.7')).split('\n').map((line) => line.trim())
    assert.deepEqual(
      lines.map((line) => shownPage.filter((other) => other === line).length),
      lines.map(() => 2),
      shownPage.join('\n'),
    )
  })

  test('have lists, tables, examples and links of the READMEs', async () => {
    const markdown = `# Title

Text with \`code\`, **strong** and [a page](docs.md), over
two lines.

1. First

       an example

2. Second

| name | if absent | |
| --- | --- | --- |
| \`one\` | 30s | the \`a \\| b\` |

## Below
\`\`\`yaml
# no heading
## none either
\`\`\`
`
    const { title, blocks, sections } = parseMarkdown(markdown, { 'docs.md': 'docs(7)' })
    assert.equal(title, 'Title')
    const told = [section('Above', ...blocks), ...sections]
    const page = roffPage({
      name: 'md',
      chapter: 7,
      summary: 's',
      date: '2026-11-21',
      origin: 'o',
      sections: told,
    })
    writeFileSync(join(folder, 'man/md.7'), page)
    const body = (await shown('md.7')).split('\n').filter((line) => line.trim() !== '')
    assert.deepEqual(
      body.slice(3, -1).map((line) => line.trimEnd()),
      [
        'ABOVE',
        '       Text with code, strong and docs(7), over two lines.',
        '       1. First',
        '           an example',
        '       2. Second',
        '       one if absent: 30s',
        '              the a | b',
        'BELOW',
        '           # no heading',
        '           ## none either',
      ],
    )
  })
})

interface Key {
  readonly key: string
  readonly description?: string
}

/** The keys of every map in it, which are described where they stand. */
function keysOf(schema: unknown): readonly Key[] {
  if (typeof schema !== 'object' || schema === null) return []
  const properties: unknown = 'properties' in schema ? schema.properties : undefined
  const own = typeof properties === 'object' && properties !== null ? Object.entries(properties) : []
  return [
    ...own.map(([key, { description }]) => ({ key, description })),
    ...Object.values(schema).flatMap(keysOf),
  ]
}
