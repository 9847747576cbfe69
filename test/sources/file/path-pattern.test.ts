/** Globs in the paths of a rule file. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pathPattern } from '../../../src/sources/file/path-pattern.ts'

describe('path pattern', () => {
  const cases: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
    ['/var/log/app.log', '/var/log/app.log', true],
    ['/var/log/app.log', '/var/log/appxlog', false],
    ['/var/log/app.log', '/var/log/app.log/x', false],
    ['/var/log//app.log', '/var/log/app.log', true],
    ['/var/log/*.log', '/var/log/app.log', true],
    ['/var/log/*.log', '/var/log/sub/app.log', false],
    ['/var/log/*.log', '/var/log/.app.log', false],
    ['/var/log/.*.log', '/var/log/.app.log', true],
    ['/var/log/*.log', '/var/log/app.log.1', false],
    ['/var/log/app?.log', '/var/log/app1.log', true],
    ['/var/log/app?.log', '/var/log/app.log', false],
    ['/var/log/app[0-3].log', '/var/log/app2.log', true],
    ['/var/log/app[0-3].log', '/var/log/app4.log', false],
    ['/var/log/app[!0-3].log', '/var/log/app4.log', true],
    ['/var/log/{nginx,apache}/error.log', '/var/log/apache/error.log', true],
    ['/var/log/{nginx,apache}/error.log', '/var/log/caddy/error.log', false],
    ['/var/log/app{,-error}.log', '/var/log/app-error.log', true],
    ['/var/log/**/error.log', '/var/log/error.log', true],
    ['/var/log/**/error.log', '/var/log/a/b/error.log', true],
    ['/var/log/**/error.log', '/var/log/a/.hidden/error.log', false],
    ['/var/log/**', '/var/log/a/b', true],
    ['/var/log/**', '/var/log', false],
    ['/var/log/\\*.log', '/var/log/*.log', true],
    ['/var/log/\\*.log', '/var/log/a.log', false],
    ['/var/log/a[b.log', '/var/log/a[b.log', true],
    ['/var/log/a[z-a].log', '/var/log/a[z-a].log', true],
    ['/var/log/a(1)+.log', '/var/log/a(1)+.log', true],
  ]
  for (const [pattern, path, matches] of cases) {
    it(`${pattern} ${matches ? 'matches' : 'does not match'} ${path}`, () => {
      assert.equal(pathPattern(pattern).matches(path), matches)
    })
  }

  it('knows the directory above all that can match', () => {
    assert.equal(pathPattern('/var/log/app.log').base, '/var/log')
    assert.equal(pathPattern('/var/log/*/app.log').base, '/var/log')
    assert.equal(pathPattern('/app.log').base, '/')
  })

  it('knows the directories below which something can match', () => {
    const below = (pattern: string, path: string): boolean => pathPattern(pattern).mayMatchBelow(path)
    assert.equal(below('/var/log/*/app.log', '/var/log'), true)
    assert.equal(below('/var/log/*/app.log', '/var/log/site'), true)
    assert.equal(below('/var/log/*/app.log', '/var/log/site/deeper'), false)
    assert.equal(below('/var/log/**/app.log', '/var/log/site/deeper'), true)
    assert.equal(below('/var/log/*.log', '/var/log/app.log'), false)
  })
})
