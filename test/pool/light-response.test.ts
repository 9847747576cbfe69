import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { headerLines, takeResponsesOver, unreadBody } from '../../src/pool/responder/light-response.ts'

const NativeResponse = globalThis.Response
takeResponsesOver()

type Given = readonly (readonly [string, string])[]

const name = fc.constantFrom(
  'a',
  'A',
  'content-type',
  'Content-Type',
  'set-cookie',
  'x-y',
  'x_y',
  'é',
  '',
  'a b',
)
const value = fc.constantFrom('', 'b', ' b', 'b ', 'b c', 'text/html', 'é', '☃', 'b\r\nc: d', '\0')
const shapes = ['object', 'bare object', 'list', 'Headers', 'none'] as const

function headersIn(shape: (typeof shapes)[number], given: Given): ResponseInit['headers'] | undefined {
  switch (shape) {
    case 'object':
      return Object.fromEntries(given)
    case 'bare object':
      return Object.assign(Object.create(null), Object.fromEntries(given))
    case 'list':
      return given.map(([name, value]) => [name, value])
    case 'Headers':
      return new Headers(given.map(([name, value]): [string, string] => [name, value]))
    case 'none':
      return undefined
  }
}

/** What a client would get of it, or the kind of error. */
function outcome(make: () => Response): unknown {
  try {
    const response = make()
    return {
      status: response.status,
      headers: headerLines(response).split('\r\n').sort(),
    }
  } catch (error) {
    assert.ok(error instanceof Error)
    return error.name
  }
}

test('a response has the headers that the web gives it, or is refused as there, on 5000 of them', () => {
  let taken = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, value), { maxLength: 3 }),
      fc.constantFrom(...shapes),
      fc.constantFrom('text', new Uint8Array([1, 2])),
      fc.constantFrom(200, 404, 204, 99),
      (given, shape, body, status) => {
        // Made before, as it may throw by itself.
        const made = outcome(() => new NativeResponse('', { headers: headersIn(shape, given) ?? {} }))
        if (typeof made === 'string' && shape === 'Headers') return
        const headers = headersIn(shape, given)
        const init = { status, ...(headers === undefined ? {} : { headers }) }
        const expected = outcome(() => new NativeResponse(body, init))
        assert.deepEqual(
          outcome(() => new Response(body, init)),
          expected,
        )
        if (typeof expected !== 'string') taken++
      },
    ),
    { numRuns: 5_000 },
  )
  assert.ok(taken > 500, `only ${taken} were taken`)
})

test('headers that are changed are sent as they are then', () => {
  const response = new Response('text', { headers: { A: 'b' } })
  response.headers.set('a', 'c')
  response.headers.append('set-cookie', '1')
  response.headers.append('set-cookie', '2')
  assert.deepEqual(
    headerLines(response),
    'a: c\r\ncontent-type: text/plain;charset=UTF-8\r\nset-cookie: 1\r\nset-cookie: 2\r\n',
  )
})

test('bytes are those that were given, whatever becomes of their memory', () => {
  for (const given of [
    Buffer.from('mine'),
    new Uint8Array(Buffer.from('mine')),
    Buffer.alloc(8, 'mine').subarray(4),
  ]) {
    const response = new Response(given)
    given.fill(0)
    assert.equal(Buffer.from(unreadBody(response) ?? '').toString(), 'mine')
  }
})

test("the class is the web's own but for what it makes of texts and bytes", async () => {
  const light = new Response('text')
  const native = new NativeResponse('text')
  assert.ok(light instanceof Response && light instanceof NativeResponse && native instanceof Response)
  assert.equal(Response.name, 'Response')
  assert.equal(Response.length, NativeResponse.length)
  assert.equal(Response.prototype, NativeResponse.prototype)
  assert.equal(await Response.json({ a: 1 }).text(), '{"a":1}')
  assert.equal(Response.redirect('http://localhost/', 303).status, 303)
  assert.equal(Response.error().type, 'error')
  assert.throws(() => Reflect.apply(Response, undefined, ['text']), TypeError)
  assert.equal(new Response().body, null)

  class Page extends Response {
    title(): string {
      return `page ${this.status}`
    }
  }
  const page = new Page('text', { status: 201 })
  assert.equal(page.title(), 'page 201')
  assert.equal(await page.text(), 'text')
  assert.equal(await light.clone().text(), await native.text())
})
