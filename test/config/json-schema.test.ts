import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { ruleFileSchema } from '../../src/config/json-schema.ts'
import { parseRules } from '../../src/config/parse-rules.ts'

const rules = (name: string) => readFileSync(new URL(`../../rules/${name}`, import.meta.url), 'utf8')
const isValid = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(ruleFileSchema())

test('the schema of the rules folder is that of the code', () => {
  const message = 'npx watchdog schema >rules/schema.json makes it anew'
  assert.deepEqual(JSON.parse(rules('schema.json')), ruleFileSchema(), message)
})

test('an editor finds the example right', () => {
  assert.ok(isValid(parse(rules('example.yaml'))), JSON.stringify(isValid.errors))
})

const rule = (text: string): string => `version: 1
sources: { site: { journal: { unit: site.service } } }
rules:
  churn: { source: site, match: dies, threshold: { count: 3, within: 9s }, then: [{ restart: site.service }]${text} }
`

test('what is wrong in its shape is wrong for an editor, too', () => {
  assert.ok(isValid(parse(rule(''))))
  const wrong = [
    ', cooldwn: 30s',
    ', cooldown: 30',
    ', mode: dry',
    ', threshold: { count: 0, within: 9s }',
    ', verify: { then: [] }',
    ', budget: { actions: many, per: 1h }',
    ', then: { restart: site.service }',
    ', clear: { count: 1 }',
  ]
  for (const text of wrong) {
    // The second of two same keys counts.
    const value = parse(rule(text), { uniqueKeys: false })
    assert.ok(!isValid(value), text)
    assert.ok(!parseRules(JSON.stringify(value), 'rules.yaml').ok, text)
  }
})

/** Paths of properties that say nothing of themselves. */
function undescribed(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([name, part]) => {
    if (name !== 'properties') return undescribed(part, `${path}/${name}`)
    return Object.entries(Object(part)).flatMap(([key, property]) => [
      ...('description' in Object(property) ? [] : [`${path}/${key}`]),
      ...undescribed(property, `${path}/${key}`),
    ])
  })
}

test('every key explains itself', () => {
  assert.deepEqual(undescribed(ruleFileSchema(), ''), [])
})
