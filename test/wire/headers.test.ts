/** Headers that a caller adds: they arrive as given, or are refused by name before anything is sent. */
import { runInNewContext } from 'node:vm'
import { type HeadersGiven, isStopError, restate } from 'allstop'
import * as undici from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Recorder, startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

let server: Recorder
let before = 0
beforeAll(async () => {
  server = await startRecorder(() => ({ status: 202 }))
})
beforeEach(() => {
  before = server.requests.length
})
afterAll(() => server.close())

const target = { invocationId: ids.restate }

/** One request, without a look before it. */
const once = { ifStopping: 'repeat' } as const

/** The ways in which headers can be given. */
const ways: readonly (readonly [string, (headers: HeadersGiven) => Promise<unknown>])[] = [
  ['of a system', async (headers) => restate({ baseUrl: server.url, api: 'patch', headers }).stop(target, once)],
  ['of a call', async (headers) => restate({ baseUrl: server.url, api: 'patch' }).stop(target, { headers, ...once })],
  [
    'of the typed client',
    async (headers) => restate({ baseUrl: server.url }).client.GET('/version', { headers: headers as never }),
  ],
]

const pairs = [
  ['X-Own', 'a'],
  ['x-other', 'b c'],
] as const
const inherited = Object.assign(Object.create({ 'X-Own': 'a' }), { 'x-other': 'b c' })
class WithGetter {
  'x-other' = 'b c'
  get 'x-own'(): string {
    return 'a'
  }
}

const honoured: readonly (readonly [string, unknown])[] = [
  ['an object', Object.fromEntries(pairs)],
  ['an object without prototype', Object.assign(Object.create(null), Object.fromEntries(pairs))],
  ['an object that inherits', inherited],
  ['a class with a getter', new WithGetter()],
  ['Headers', new Headers(pairs.map((pair) => [...pair] as [string, string]))],
  ['the Headers of undici', new undici.Headers(pairs.map((pair) => [...pair] as [string, string]))],
  ['a Map', new Map(pairs)],
  ['pairs', pairs],
  ['a generator', pairs.values()],
  ['an object of another realm', runInNewContext('({ "X-Own": "a", "x-other": "b c" })')],
]

const refused: readonly (readonly [string, unknown, string])[] = [
  ['a text', 'x-own: a', 'headers'],
  ['a flat list', ['x-own', 'a'], 'headers'],
  ['a triple', [['x-own', 'a', 'b']], 'headers'],
  ['a Set', new Set(['x-own: a']), 'headers'],
  ['a promise', Promise.resolve({ 'x-own': 'a' }), 'headers'],
  ['a Date', new Date(), 'headers'],
  ['a WeakMap', new WeakMap(), 'headers'],
  ['a function', () => ({ 'x-own': 'a' }), 'headers'],
  ['a Map of objects', new Map([[{}, 'a']]), 'headers'],
  ['a name with a blank', { 'x own': 'a' }, 'headers'],
  ['a line break', { 'x-own': 'a\r\nx-evil: b' }, 'headers.x-own'],
  ['an object as value', { 'x-own': {} }, 'headers.x-own'],
  ['an iterator without end', { [Symbol.iterator]: () => ({ next: () => ({ value: ['a', 'b'] }) }) }, 'headers'],
  [
    'an iterator that throws',
    {
      [Symbol.iterator]: () => {
        throw new TypeError('mine')
      },
    },
    'headers',
  ],
]

// Those that Node's fetch or undici refuses, or replaces, and those that belong to a connection.
const forbidden = [
  'connection',
  'Content-Length',
  'Expect',
  'Host',
  'http2-settings',
  'Keep-Alive',
  'proxy-connection',
  'sec-fetch-mode',
  'TE',
  'trailer',
  'Transfer-Encoding',
  'upgrade',
]

describe.each(ways)('%s', (_, send) => {
  test.each(honoured)('%s arrives', async (_, headers) => {
    // An iterator is used up by the first that reads it.
    const given = typeof (headers as Iterator<unknown>).next === 'function' ? pairs.values() : headers
    await send(given as HeadersGiven)
    expect(server.requests).toHaveLength(before + 1)
    expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-own': 'a', 'x-other': 'b c' })
  })

  test('twice under one name is one list', async () => {
    await send([
      ['x-own', 'a'],
      ['X-Own', 'b'],
    ])
    expect(server.requests.at(-1)?.headers['x-own']).toBe('a, b')
  })

  test.each(refused)('%s is refused', async (_, headers, field) => {
    await expectRefusal(send(headers as HeadersGiven), field)
  })

  test.each(forbidden)('%s is refused', async (name) => {
    await expectRefusal(send({ [name]: '1' }), `headers.${name}`)
    await expectRefusal(send([[name, '1']]), `headers.${name}`)
  })
})

test('a name that every object has is a name like any other', async () => {
  let sent: object = {}
  const fetch = async (_: string, init: RequestInit) => {
    sent = init.headers as object
    return new Response(null, { status: 202 })
  }
  await restate({ baseUrl: server.url, api: 'patch', fetch, headers: [['__proto__', 'a']] }).stop(target)
  expect(Object.entries(sent)).toContainEqual(['__proto__', 'a'])
})

async function expectRefusal(sent: Promise<unknown>, field: string): Promise<void> {
  const error = await sent.catch((thrown: unknown) => thrown)
  if (!isStopError(error)) throw new Error('not refused')
  expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
  expect(error.message).toContain(`${field}: `)
  expect(server.requests).toHaveLength(before)
}

describe('the list of what is refused is that of fetch', () => {
  /** Everything that the Fetch standard forbids to pages, and the rest that HTTP has for connections. */
  const suspects: Readonly<Record<string, string>> = {
    'accept-charset': 'utf-8',
    'accept-encoding': 'identity',
    'access-control-request-headers': 'x',
    'access-control-request-method': 'PUT',
    connection: 'x-own',
    'content-length': '3',
    cookie: 'a=b',
    cookie2: 'a=b',
    date: 'Thu, 01 Jan 1970 00:00:00 GMT',
    dnt: '1',
    expect: '100-continue',
    host: 'elsewhere.example',
    'keep-alive': 'timeout=5',
    origin: 'http://origin.example',
    'proxy-authorization': 'Basic eDp5',
    referer: 'http://referer.example/',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-site': 'none',
    'set-cookie': 'a=b',
    'transfer-encoding': 'chunked',
    upgrade: 'websocket',
    'user-agent': 'me',
    via: '1.1 x',
    'x-http-method-override': 'TRACE',
  }
  const fetches = { node: globalThis.fetch, undici: undici.fetch as unknown as typeof globalThis.fetch }
  const cases = Object.entries(fetches).flatMap(([name, fetch]) =>
    Object.entries(suspects).map(([header, value]) => ({ name, fetch, header, value })),
  )

  test.each(cases)('$name: $header', async ({ fetch, header, value }) => {
    const arrived = await fetch(server.url, { method: 'POST', headers: { [header]: value } }).then(
      () => server.requests.at(-1)?.headers[header],
      () => undefined,
    )
    const isAsGiven = String(arrived) === value
    expect(forbidden.map((name) => name.toLowerCase()).includes(header)).toBe(!isAsGiven)
  })
})
