/**
 * Every operation of every spec that has a parameter in its path, through the typed client, with everything hostile in
 * each such parameter: nothing is sent, or the very path that is meant, with the very value in its place.
 */
import { isStopError, restate } from 'allstop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Recorder, startRecorder } from '../support/recorder.js'
import { operationsOf } from '../support/spec.js'
import { fixtures } from '../systems/index.js'

let server: Recorder
beforeAll(async () => {
  server = await startRecorder()
})
afterAll(() => server.close())

const fail = (): never => {
  throw new TypeError('a trap of the proxy')
}

/** The parameter is not there at all. */
const absent = Symbol('absent')

/** What a value has to come to: refused always, or sent as one segment that decodes to the same. */
const hostile: readonly (readonly [string, unknown, 'refused' | 'kept'])[] = [
  ['empty', '', 'refused'],
  ['.', '.', 'refused'],
  ['..', '..', 'refused'],
  ['%2e', '%2e', 'refused'],
  ['%2e%2e', '%2e%2e', 'refused'],
  ['.%2E', '.%2E', 'refused'],
  ['NUL', 'a\0b', 'refused'],
  ['CR LF', 'a\r\nX-Evil: 1', 'refused'],
  ['DEL', 'a\x7fb', 'refused'],
  ['C1 control', 'a\u0085b', 'refused'],
  ['lone surrogate', 'a\ud800b', 'refused'],
  ['absent', absent, 'refused'],
  ['undefined', undefined, 'refused'],
  ['null', null, 'refused'],
  ['NaN', Number.NaN, 'refused'],
  ['a number', 7, 'refused'],
  ['true', true, 'refused'],
  ['an object', { toString: () => 'a' }, 'refused'],
  ['an array', ['a'], 'refused'],
  ['a function', () => 'a', 'refused'],
  ['a symbol', Symbol('a'), 'refused'],
  ['a proxy that throws', new Proxy({}, { get: fail, ownKeys: fail, has: fail, getPrototypeOf: fail }), 'refused'],
  ['a/../b', 'a/../b', 'kept'],
  ['../..', '../..', 'kept'],
  ['/', '/', 'kept'],
  ['\\', '\\', 'kept'],
  ['..\\..', '..\\..', 'kept'],
  ['?', 'a?force=true', 'kept'],
  ['#', 'a#b', 'kept'],
  [';', 'a;b=c', 'kept'],
  ['%', '100%', 'kept'],
  ['%2F', 'a%2Fb', 'kept'],
  ['%252e%252e', '%252e%252e', 'kept'],
  ['braces', '{invocation_id}', 'kept'],
  ['a replacement pattern', "a$&b$'c$1", 'kept'],
  ['a colon', 'a:b', 'kept'],
  ['an at sign', 'user@host', 'kept'],
  ['a blank', ' a b ', 'kept'],
  ['beyond ASCII', 'vidéo-视频😀', 'kept'],
  ['10 kB', 'a'.repeat(10_000), 'kept'],
  ['__proto__', '__proto__', 'kept'],
]

type AnyClient = Record<string, (path: string, init: object) => Promise<unknown>>

const cases = fixtures.flatMap(({ kind, variants: [{ make }] }) =>
  operationsOf(kind).flatMap((operation) =>
    operation.parameters
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) => ({ make, operation, name, label: `${kind} ${operation.operationId} {${name}}` })),
  ),
)

test('the specs have such operations', () => {
  expect(cases.length).toBeGreaterThanOrEqual(30)
})

describe.each(cases)('$label', ({ make, operation, name }) => {
  test.each(hostile)('%s', async (_, value, fate) => {
    const names = operation.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name)
    const path = { ...Object.fromEntries(names.map((each) => [each, `my-${each}`])), [name]: value }
    const client = make({ baseUrl: `${server.url}/prefix` }).client as AnyClient
    if (value === absent) delete (path as Record<string, unknown>)[name]
    const body = operation.method === 'GET' ? {} : { body: {} }
    const before = server.requests.length
    const thrown = await client[operation.method]?.(operation.path, { params: { path }, ...body }).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (fate === 'refused') {
      if (!isStopError(thrown)) throw new Error(`not refused: ${String(thrown)}`)
      expect(thrown).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
      expect(thrown.message).toContain(name)
      expect(server.requests).toHaveLength(before)
      return
    }
    expect(thrown).toBeUndefined()
    expect(server.requests).toHaveLength(before + 1)
    const request = server.requests.at(-1)
    expect(request?.method).toBe(operation.method)
    const expected = `/prefix${operation.path}`.split('/').map((segment) => {
      const parameter = /^\{(.+)\}$/.exec(segment)?.[1]
      return parameter === undefined ? segment : path[parameter]
    })
    expect(request?.path.split('?')[0]?.split('/').map(decodeURIComponent)).toEqual(expected)
  })
})

describe('base URLs', () => {
  const stop = async (baseUrl: unknown) =>
    restate({ baseUrl: baseUrl as string, api: 'patch' }).stop({
      invocationId: 'inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz',
    })
  const path = '/invocations/inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz/cancel'

  test.each([
    ['no slash', '', path],
    ['a slash', '/', path],
    ['slashes', '///', path],
    ['a prefix', '/admin', `/admin${path}`],
    ['a prefix with a slash', '/admin/', `/admin${path}`],
    ['an escaped prefix', '/a%20b', `/a%20b${path}`],
    ['a dot segment', '/a/../b', `/b${path}`],
  ])('with %s: %s', async (_, end, there) => {
    await stop(server.url + end)
    expect(server.requests.at(-1)?.path).toBe(there)
  })

  test('as a URL', async () => {
    await stop(new URL('/admin', server.url))
    expect(server.requests.at(-1)?.path).toBe(`/admin${path}`)
  })

  test.each([
    ['a query', '/?a=b'],
    ['an empty query', '/?'],
    ['a fragment', '/#a'],
    ['braces', '/{invocation_id}'],
    ['escaped braces', '/%7Ba%7D'],
  ])('with %s are refused', async (_, end) => {
    const before = server.requests.length
    await expect(stop(server.url + end)).rejects.toMatchObject({ code: 'invalid_argument', operation: 'configure' })
    expect(server.requests).toHaveLength(before)
  })

  test.each([
    ['a user and a password', 'http://user:s3cret-pw@127.0.0.1:9'],
    ['a user', 'http://user@127.0.0.1:9'],
    ['another scheme', 'ftp://127.0.0.1'],
    ['a file', 'file:///etc/passwd'],
    ['no scheme', '127.0.0.1:9070'],
    ['no host', 'http://'],
    ['a path alone', '/admin'],
    ['nothing', ''],
    ['undefined', undefined],
    ['null', null],
    ['a number', 9070],
    ['an object', { href: 'http://127.0.0.1:9' }],
  ])('that are %s are refused, without a secret in the message', async (_, baseUrl) => {
    const error = await stop(baseUrl).catch((thrown: unknown) => thrown)
    if (!isStopError(error)) throw error
    expect(error).toMatchObject({ code: 'invalid_argument', operation: 'configure' })
    expect(error.message).toContain('baseUrl')
    expect(error.message).not.toContain('s3cret-pw')
  })
})

describe('header values', () => {
  const bad: readonly (readonly [string, unknown])[] = [
    ['CR LF', 'a\r\nX-Evil: 1'],
    ['LF', 'a\nb'],
    ['NUL', 'a\0'],
    ['beyond ASCII', 'é'],
    ['empty', ''],
    ['a number', 1],
    ['an object', {}],
  ]
  test.each(bad)('%s is refused in headers, of the system and of the call', async (_, value) => {
    const before = server.requests.length
    const headers = { 'x-own': value } as Record<string, string>
    const invocation = { invocationId: 'inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz' }
    expect(() => restate({ baseUrl: server.url, headers })).toThrow(/headers\.x-own/)
    await expect(restate({ baseUrl: server.url }).stop(invocation, { headers })).rejects.toMatchObject({
      code: 'invalid_argument',
    })
    expect(server.requests).toHaveLength(before)
  })

  test.each([
    ['a list', ['a']],
    ['a text', 'a: b'],
    ['null', null],
    ['a proxy that throws', new Proxy({}, { ownKeys: fail })],
    ['a name with a blank', { 'x own': 'a' }],
    ['an empty name', { '': 'a' }],
    ['a name with CR LF', { 'x\r\ny': 'a' }],
  ])('headers that are %s are refused', (_, headers) => {
    expect(() => restate({ baseUrl: server.url, headers: headers as never })).toThrow(/headers/)
  })
})
