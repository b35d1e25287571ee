/** What the typed client can be called with wrongly: a StopError that names it each, and nothing is sent, or not elsewhere. */
import { bearer, isStopError, type RestateTarget, restate, type System } from 'allstop'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { answerWell } from '../support/answers.js'
import { type Recorder, startRecorder } from '../support/recorder.js'
import { canary, ids } from '../support/systems.js'

let server: Recorder
let elsewhere: Recorder
beforeAll(async () => {
  server = await startRecorder((request) => (request.path.endsWith('/empty') ? { status: 500 } : answerWell(request)))
  elsewhere = await startRecorder()
})
beforeEach(() => {
  ;(server.requests as unknown[]).length = 0
})
afterAll(async () => {
  expect(elsewhere.requests).toEqual([])
  await server.close()
  await elsewhere.close()
})

/** The client without its types, as a program in JavaScript has it. */
type Untyped = Record<
  'GET' | 'PUT' | 'POST' | 'DELETE' | 'OPTIONS' | 'HEAD' | 'PATCH' | 'TRACE',
  (path?: unknown, init?: unknown) => Promise<{ data?: unknown; error?: unknown; response: Response }>
> & {
  request(method?: unknown, path?: unknown, init?: unknown): Promise<{ data?: unknown }>
  use(...middleware: unknown[]): void
  eject(...middleware: unknown[]): void
}

const system = () => restate({ baseUrl: server.url, api: 'patch', auth: bearer(canary) })
const client = (): Untyped => system().client as unknown as Untyped
const circle: { self?: object } = {}
circle.self = circle
const fail = (): never => {
  throw new TypeError('mine')
}
const kill = '/invocations/{invocation_id}/kill'
const query = { body: { query: 'SELECT 1' } }

const refused: readonly (readonly [what: string, call: () => Promise<unknown>, field: string])[] = [
  ['no path', () => client().GET(), 'path'],
  ['an absolute URL', () => client().GET(`${elsewhere.url}/version`), 'path'],
  ['a path that makes the base URL a user', () => client().GET(`@${elsewhere.url.slice(7)}/version`), 'path'],
  ['a path without a slash', () => client().GET('version'), 'path'],
  ['a path that is a number', () => client().GET(7), 'path'],
  ['a path with dots', () => client().GET('/version/../query'), 'path'],
  ['a path with escaped dots', () => client().GET('/version/%2E%2e'), 'path'],
  ['a path with a backslash', () => client().GET('/version\\query'), 'path'],
  ['a path with a query', () => client().DELETE('/version?mode=kill'), 'path'],
  ['a path with a fragment', () => client().GET('/version#a'), 'path'],
  ['a path with a line break', () => client().GET('/ver\nsion'), 'path'],
  ['a path with a lone surrogate', () => client().GET('/\ud800'), 'path'],
  ['a path of which nothing is filled in', () => client().PATCH(kill), 'invocation_id'],
  ['params of nothing', () => client().PATCH(kill, { params: null }), 'invocation_id'],
  ['params that are a text', () => client().PATCH(kill, { params: 'x' }), 'params'],
  ['path params that are a text', () => client().PATCH(kill, { params: { path: 'x' } }), 'params.path'],
  ['options that are a text', () => client().GET('/version', 'x'), 'options'],
  ['options that throw', () => client().GET('/version', new Proxy({}, { ownKeys: fail })), 'options'],
  ['no method', () => client().request(), 'method'],
  ['a method that is none', () => client().request('BREW', '/version'), 'method'],
  ['TRACE', () => client().TRACE('/version'), 'method'],
  ['another base URL', () => client().GET('/version', { baseUrl: elsewhere.url }), 'baseUrl'],
  ['a base URL that is none', () => client().GET('/version', { baseUrl: 'x' }), 'baseUrl'],
  ['another fetch', () => client().GET('/version', { fetch: async () => new Response('{}') }), 'fetch'],
  [
    'another path serializer',
    () => client().GET('/version', { pathSerializer: () => elsewhere.url }),
    'pathSerializer',
  ],
  ['another Request', () => client().GET('/version', { Request: fail }), 'Request'],
  ['a signal that is none', () => client().GET('/version', { signal: 'x' }), 'signal'],
  ['a mode that fetch does not know', () => client().GET('/version', { mode: 'x' }), 'mode'],
  ['a bigint in the body', () => client().POST('/query', { body: { query: 1n } }), 'body'],
  ['a circle in the body', () => client().POST('/query', { body: circle }), 'body'],
  ['a body that throws', () => client().POST('/query', { body: { toJSON: fail } }), 'body'],
  ['a body that is a function', () => client().POST('/query', { body: fail }), 'body'],
  ['a body that is undefined', () => client().POST('/query', { body: undefined }), 'body'],
  ['a body of a GET', () => client().GET('/version', { body: {} }), 'body'],
  ['a body of a HEAD', () => client().HEAD('/version', { body: {} }), 'body'],
  [
    'a body serializer that is none',
    () => client().POST('/query', { ...query, bodySerializer: 'x' }),
    'bodySerializer',
  ],
  [
    'a body serializer that throws',
    () => client().POST('/query', { ...query, bodySerializer: fail }),
    'bodySerializer',
  ],
  [
    'a body serializer of bytes',
    () => client().POST('/query', { ...query, bodySerializer: () => new Uint8Array(1) }),
    'bodySerializer',
  ],
  ['a query serializer that is none', () => client().GET('/version', { querySerializer: 'x' }), 'querySerializer'],
  ['a query serializer that throws', () => client().GET('/version', { querySerializer: fail }), 'querySerializer'],
  [
    'a query serializer of nothing',
    () => client().GET('/version', { querySerializer: () => undefined }),
    'querySerializer',
  ],
  [
    'a query serializer with a fragment',
    () => client().GET('/version', { querySerializer: () => 'a#b' }),
    'querySerializer',
  ],
  ['a query that is a text', () => client().GET('/version', { params: { query: 'a=b' } }), 'params.query'],
  ['a nested query', () => client().GET('/version', { params: { query: { a: { b: { c: 1 } } } } }), 'params.query.a'],
  ['a nested list in a query', () => client().GET('/version', { params: { query: { a: [[1]] } } }), 'params.query.a'],
  ['a date in a query', () => client().GET('/version', { params: { query: { a: new Date() } } }), 'params.query.a'],
  [
    'a lone surrogate in a query',
    () => client().GET('/version', { params: { query: { a: '\ud800' } } }),
    'params.query.a',
  ],
  ['a symbol in a query', () => client().GET('/version', { params: { query: { a: Symbol('a') } } }), 'params.query.a'],
  ['a header with a line break', () => client().GET('/version', { headers: { 'x-own': 'a\nb' } }), 'headers.x-own'],
  ['headers that are a text', () => client().GET('/version', { headers: 'x' }), 'headers'],
  [
    'a header of the spec that is an object',
    () => client().GET('/version', { params: { header: { a: {} } } }),
    'params.header.a',
  ],
  ['a parseAs that is none', () => client().GET('/version', { parseAs: 'bogus' }), 'parseAs'],
  ['a parseAs that every answer has', () => client().GET('/version', { parseAs: 'clone' }), 'parseAs'],
  ['middleware that is no list', () => client().GET('/version', { middleware: { onRequest: fail } }), 'middleware'],
  ['middleware that is a function', () => client().GET('/version', { middleware: [fail] }), 'middleware'],
  ['middleware without hooks', () => client().GET('/version', { middleware: [{}] }), 'middleware'],
  ['a hook that is none', () => client().GET('/version', { middleware: [{ onError: 'x' }] }), 'middleware.onError'],
  ['middleware that throws', () => client().GET('/version', { middleware: [{ onRequest: fail }] }), 'middleware'],
  [
    'middleware that rejects',
    () => client().GET('/version', { middleware: [{ onRequest: async () => fail() }] }),
    'middleware',
  ],
  [
    'middleware that returns a text',
    () => client().GET('/version', { middleware: [{ onRequest: () => 'x' }] }),
    'middleware',
  ],
  [
    'middleware that sends elsewhere',
    () => client().GET('/version', { middleware: [{ onRequest: () => new Request(elsewhere.url) }] }),
    'baseUrl',
  ],
  [
    'middleware that sets what fetch sets',
    () =>
      client().GET('/version', {
        middleware: [
          { onRequest: ({ request }: { request: Request }) => request.headers.set('expect', '100-continue') },
        ],
      }),
    'headers.expect',
  ],
  [
    'middleware in use that throws',
    () => {
      const mine = client()
      mine.use({ onRequest: fail })
      return mine.GET('/version')
    },
    'middleware',
  ],
  ['use of what is no middleware', async () => client().use('x'), 'middleware'],
  ['use of a hook that is none', async () => client().use({ onRequest: 7 }), 'middleware.onRequest'],
]

test.each(refused)('%s', async (_, call, field) => {
  const error = await call().catch((thrown: unknown) => thrown)
  if (!isStopError(error)) throw error ?? new Error('not refused')
  expect(error).toMatchObject({ system: 'restate', code: 'invalid_argument', attempts: 0, ambiguous: false })
  expect(error.message).toContain(` ${field}: `)
  expect(server.requests).toEqual([])
})

describe('after the request was sent', () => {
  const hooks: readonly (readonly [string, object])[] = [
    ['a hook that throws', { onResponse: fail }],
    ['a hook that returns a text', { onResponse: () => 'x' }],
    ['an answer of middleware that is not JSON', { onResponse: () => new Response('x') }],
  ]
  test.each(hooks)('%s', async (_, hook) => {
    const change = client().POST('/query', { ...query, middleware: [hook] })
    await expect(change).rejects.toMatchObject({ name: 'StopError', code: 'unknown', attempts: 1, ambiguous: true })
    const read = client().GET('/version', { middleware: [hook] })
    await expect(read).rejects.toMatchObject({ name: 'StopError', code: 'unknown', attempts: 1, ambiguous: false })
    expect(server.requests).toHaveLength(2)
  })

  test('an error that middleware makes of ours keeps what is known', async () => {
    const gone = await startRecorder()
    await gone.close()
    const mine = restate({ baseUrl: gone.url }).client as unknown as Untyped
    const middleware = [{ onError: () => new RangeError('mine') }]
    await expect(mine.POST('/query', { ...query, middleware })).rejects.toMatchObject({
      name: 'StopError',
      code: 'unavailable',
      ambiguous: false,
      cause: { name: 'RangeError' },
    })
  })
})

describe('what is right works', () => {
  test.each([
    ['json', (data: unknown) => data],
    ['text', (data: unknown) => JSON.parse(data as string)],
    ['blob', async (data: unknown) => JSON.parse(await (data as Blob).text())],
    ['arrayBuffer', (data: unknown) => JSON.parse(new TextDecoder().decode(data as ArrayBuffer))],
    ['stream', (data: unknown) => new Response(data as ReadableStream).json()],
  ])('parseAs %s', async (parseAs, read) => {
    const { data } = await client().GET('/version', { parseAs })
    expect(await read(data)).toEqual({ version: '1.7.12' })
  })

  test('options that are inherited, null and absent', async () => {
    const controller = new AbortController()
    controller.abort()
    await expect(client().GET('/version', Object.create({ signal: controller.signal }))).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(server.requests).toEqual([])
    await client().GET('/version', null)
    await client().GET('/version')
    expect(server.requests).toHaveLength(2)
  })

  test('headers of all the types that openapi-fetch has', async () => {
    const headers = {
      'x-text': 'a',
      'x-number': 7,
      'x-flag': true,
      'x-list': ['a', 1],
      'x-null': null,
      'x-not': undefined,
    }
    await client().GET('/version', { headers, params: { header: { 'x-spec': 'b' } } })
    const sent = server.requests[0]?.headers
    expect(sent).toMatchObject({ 'x-text': 'a', 'x-number': '7', 'x-flag': 'true', 'x-list': 'a, 1', 'x-spec': 'b' })
    expect(sent).not.toHaveProperty('x-null')
    expect(sent).not.toHaveProperty('x-not')
    expect(sent?.['authorization']).toBe(`Bearer ${canary}`)
  })

  test('queries', async () => {
    const given = { a: 'x y', b: 7, c: [1, 'z'], d: { e: true }, f: undefined, g: null }
    await client().GET('/version', { params: { query: given } })
    const querySerializer = { array: { style: 'form', explode: false } }
    await client().GET('/version', { params: { query: given }, querySerializer })
    await client().GET('/version', { params: { query: new Date(0) }, querySerializer: (date: Date) => `at=${+date}` })
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/version?a=x%20y&b=7&c=1&c=z&d%5Be%5D=true',
      '/version?a=x%20y&b=7&c=1,z&d[e]=true',
      '/version?at=0',
    ])
  })

  test('a body serializer', async () => {
    await client().POST('/query', { body: 1n, bodySerializer: (body: bigint) => `{"query":"${body}"}` })
    expect(server.requests[0]).toMatchObject({ body: '{"query":"1"}', headers: { 'content-type': 'application/json' } })
  })

  test('methods by name, and taken off the client', async () => {
    const { GET, request } = client()
    await GET('/version')
    expect(await request('get', '/version')).toMatchObject({ data: { version: '1.7.12' } })
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET'])
  })

  test('middleware, until it is taken away; the system itself does not go through it', async () => {
    const mine = system()
    const untyped = mine.client as unknown as Untyped
    const seen: string[] = []
    const middleware = { onRequest: ({ schemaPath }: { schemaPath: string }) => void seen.push(schemaPath) }
    untyped.use(false, middleware)
    await untyped.GET('/version', { middleware: [null, middleware] })
    const target: RestateTarget = { invocationId: ids.restate }
    await (mine as System<string, RestateTarget, 'graceful' | 'force', unknown>).stop(target, { mode: 'force' })
    untyped.eject(middleware)
    await untyped.GET('/version')
    expect(seen).toEqual(['/version', '/version'])
    expect(server.requests).toHaveLength(3)
  })

  test.each([
    ['bogus', { bogus: 1 }],
    ['timeoutMs', { timeoutMs: 100 }],
    ['method', { method: 'DELETE' }],
    ['url', { url: 'http://127.0.0.1:9' }],
    ['redirect', { redirect: 'sideways' }],
  ])('an option %s that it has not, or not so, is refused', async (name, options) => {
    const before = server.requests.length
    await expect(client().GET('/version', options)).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining(name),
      attempts: 0,
    })
    expect(server.requests).toHaveLength(before)
  })

  test('an error of middleware that is ours is left as it is', async () => {
    const first = await client()
      .GET('x')
      .catch((thrown: unknown) => thrown)
    const onRequest = () => {
      throw first
    }
    await expect(client().GET('/version', { middleware: [{ onRequest }] })).rejects.toBe(first)
  })
})
