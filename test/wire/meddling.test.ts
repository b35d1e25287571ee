/** Code of the caller's own process that changes what is not its own: neither the stop nor what is known of it follows. */
import { type Fetch, onEvent, restate, serviceFabric } from 'allstop'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'
import { type AnyVariant, variants } from '../systems/index.js'

const baseUrl = 'http://127.0.0.1:9'
const target = { invocationId: ids.restate }
const other = ids.restate.replace(/.$/, 'Z')

/** A Restate whose invocations all run, and take everything. */
function running() {
  const sent: string[] = []
  const fetch: Fetch = async (url, init) => {
    const path = url.slice(baseUrl.length)
    sent.push(path === '/query' ? String(init.body) : path)
    if (path === '/query')
      return Response.json({ rows: [{ id: /inv_1\w{33}/.exec(String(init.body))?.[0], status: 'running' }] })
    return new Response(null, { status: path.endsWith('kill') ? 200 : 202 })
  }
  return { sent, system: restate({ baseUrl, api: 'patch', fetch }) }
}

test('onPhase cannot turn the wait, or the force that follows, to other work', async () => {
  const { system, sent } = running()
  let refused = 0
  const receipt = await system.stopAndWait(target, {
    ...{ deadlineMs: 2_000, escalateAfterMs: 60, poll: { minDelayMs: 5, maxDelayMs: 10 } },
    onPhase: (status) => {
      try {
        Object.assign(status.target, { invocationId: `${other}' OR '1'='1` })
      } catch {
        refused += 1
      }
    },
  })
  expect(receipt).toMatchObject({ outcome: 'stopped', target, mode: 'force' })
  expect(sent.at(-1)).toBe(`/invocations/${ids.restate}/kill`)
  expect(sent.filter((one) => !one.includes(ids.restate) || one.includes(other))).toEqual([])
  expect(refused).toBeGreaterThan(0)
})

test('what is told of a receipt cannot be changed by who listens', async () => {
  const end = onEvent('allstop:stop', ({ result, target: told }) => {
    for (const [object, change] of [
      [result, { outcome: 'gone' }],
      [told, { invocationId: other }],
    ] as const) {
      try {
        Object.assign(object as object, change)
      } catch {}
    }
  })
  expect(await running().system.stop(target)).toMatchObject({ outcome: 'accepted', target })
  end()
})

describe('what was put on Object.prototype', () => {
  const names = [
    'ForceRemove',
    'querySerializer',
    'pathSerializer',
    'bogus',
    'baseUrl',
    'parseAs',
    'bodySerializer',
    'fetch',
  ]
  afterEach(() => {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name)
  })
  const pollute = (name: string, value: unknown) => {
    Object.assign(Object.prototype, { [name]: value })
  }

  test('becomes no parameter: nothing is forced', async () => {
    const urls: string[] = []
    const fetch: Fetch = async (url) => {
      urls.push(url)
      return new Response(null, { status: url.includes('Delete') ? 200 : 204 })
    }
    const system = serviceFabric({ baseUrl, fetch })
    pollute('ForceRemove', 'true')
    pollute('bogus', 'polluted')
    await system.stop({ applicationId: 'a' })
    expect(urls.some((url) => url.includes('ForceRemove') || url.includes('bogus'))).toBe(false)
  })

  test.each<[string, unknown]>([
    ['querySerializer', () => 'mode=Kill'],
    ['pathSerializer', () => `/invocations/${other}/kill`],
    ['baseUrl', 'http://127.0.0.1:8'],
    ['bodySerializer', () => '{"query":"x"}'],
    ['parseAs', 'stream'],
    ['fetch', async () => new Response(null, { status: 202 })],
  ])('serializes nothing: %s', async (name, value) => {
    const { system, sent } = running()
    pollute(name, value)
    const receipt = await system.stop(target)
    expect(receipt).toMatchObject({ outcome: 'accepted', attempts: 1 })
    expect(sent.at(-1)).toBe(`/invocations/${ids.restate}/cancel`)
    expect(sent[0]).toContain('sys_invocation')
  })
})

describe('what was put on Object.prototype before a system was made', () => {
  const stopped = { outcome: 'stopped', phase: 'stopped', answer: { status: 200, ok: true, headers: new Headers() } }
  const values: Readonly<Record<string, unknown>> = {
    headers: { 'x-evil': '1' },
    stopOptions: { names: ['evil'], check: () => ({}) },
    purgeOptions: { names: ['evil'], check: () => ({}) },
    goneIsStopped: true,
    mayVanish: true,
    sideEffects: [{ code: 'evil', message: 'evil' }],
    answerId: { headers: ['date'] },
    poll: { minDelayMs: 1, maxDelayMs: 1 },
    redirectHint: 'evil',
    unescapedInPath: '_',
    appearsWithinMs: 1,
    forceNeedsPermission: true,
    ownOptions: ['evil'],
    needsCredential: true,
    timeDefaults: () => ({ timeoutMs: 1, attemptTimeoutMs: 1 }),
    force: { operation: { effect: 'repeatable' } },
    joined: stopped,
    finding: stopped,
    seen: { ...stopped, phase: 'stopped' },
    accept: 'evil/evil',
    query: { evil: 'evil' },
    header: { 'x-evil': '1' },
    signal: AbortSignal.abort(),
  }
  afterEach(() => {
    for (const name of Object.keys(values)) Reflect.deleteProperty(Object.prototype, name)
    vi.restoreAllMocks()
  })

  beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))

  /** Everything that a life of work shows: what was sent, and what was said of it. */
  async function lived({ make, target: work, credential, record, answers }: AnyVariant): Promise<unknown> {
    const sent: unknown[] = []
    const told: unknown[] = []
    const end = onEvent('allstop:warning', ({ code }) => told.push(code))
    let asked = 0
    const fetch: Fetch = async (url, init) => {
      // Own fields only: what another fetch would inherit is its own affair.
      const body = Object.hasOwn(init, 'body') ? init.body : 'inherited'
      sent.push([init.method, url.slice(baseUrl.length), { ...(init.headers as object) }, body])
      const path = new URL(url).pathname + new URL(url).search
      const found = answers.find(([method, pattern]) => method === init.method && pattern.test(path))
      const { status = 200, body: answer } =
        found?.[2](found[1].exec(path)?.[1] ?? '', { ...init, path } as never) ?? {}
      asked += 1
      if (asked > 4) return new Response(JSON.stringify(record.wrap(record.body)), { headers: {} })
      const text = typeof answer === 'string' || answer === undefined ? answer : JSON.stringify(answer)
      return new Response(text ?? null, { status, headers: {} })
    }
    // Time goes by in pauses only, so that each life is the same.
    let now = Date.parse('2026-01-02T03:04:05Z')
    const sleep = async (ms: number) => {
      now += ms
    }
    const auth = credential('secret-0123456789')
    const system = make({ baseUrl, fetch, auth, retry: false, clock: { now: () => now, sleep } })
    const wait = { deadlineMs: 400, poll: { minDelayMs: 50, maxDelayMs: 50 } }
    for (const act of [
      () => system.stop(work),
      () => system.read(work),
      () => system.stopAndWait(work, wait),
      () => system.purge?.(work) ?? Promise.resolve(),
    ]) {
      const came: unknown = await act().catch((thrown: unknown) => thrown)
      const {
        elapsedMs: _,
        response: __,
        steps: ___,
        summary: ____,
        ...rest
      } = { ...(came as object) } as Record<string, unknown>
      told.push({ ...rest, message: came instanceof Error ? came.message : undefined })
    }
    end()
    return JSON.parse(JSON.stringify({ sent, told }))
  }

  test.each(variants)('changes nothing at $name', async (variant) => {
    const plain = await lived(variant)
    for (const [name, value] of Object.entries(values)) {
      Object.assign(Object.prototype, { [name]: value })
      const polluted = await lived(variant)
      Reflect.deleteProperty(Object.prototype, name)
      expect(polluted, name).toEqual(plain)
    }
  })
})

describe("what was put on Object.prototype, among the names of undici's options and of Node.js's", () => {
  const evil = () => {
    throw new Error('evil')
  }
  const values: Readonly<Record<string, unknown>> = {
    // A request.
    ...{
      body: 'evil',
      query: { evil: 1 },
      headers: { 'x-evil': '1' },
      method: 'DELETE',
      path: '/evil',
      origin: 'http://evil',
    },
    ...{ upgrade: 'evil', reset: 'evil', servername: 'evil', throwOnError: true, idempotent: true, blocking: true },
    ...{ expectContinue: true, maxRedirections: 3, typeOfService: 999, headersTimeout: 1, bodyTimeout: 1 },
    // A pool, a client.
    ...{
      factory: evil,
      clientFactory: evil,
      interceptors: { Pool: [evil] },
      connections: 'evil',
      most: 0,
    },
    ...{
      socketPath: '/evil',
      localAddress: '192.0.2.1',
      maxHeaderSize: 1,
      maxResponseSize: 1,
      maxRequestsPerClient: 1,
    },
    ...{ clientTtl: 1, pipelining: 10, allowH2: 'evil', useH2c: true, strictContentLength: false, tls: { ca: 'evil' } },
    ...{ connectTimeout: 'evil', idleTimeout: 1, socketTimeout: 1, requestTimeout: 1, maxKeepAliveTimeout: 1 },
    ...{ keepAlive: 'evil', keepAliveTimeout: 'evil', keepAliveMaxTimeout: 'evil', keepAliveTimeoutThreshold: 'evil' },
    ...{ autoSelectFamily: 'evil', maxCachedSessions: 'evil', pingInterval: 'evil', initialWindowSize: 'evil' },
    ...{ connectionWindowSize: 'evil', maxConcurrentStreams: 'evil', webSocket: 'evil', eventSource: 'evil' },
    // A connector, a socket.
    ...{
      session: 'evil',
      httpSocket: 'evil',
      lookup: evil,
      family: 6,
      hints: 'evil',
      localPort: 'evil',
      onread: undefined,
    },
    ...{ secureContext: 'evil', ca: 'evil', cert: 'evil', key: 'evil', pfx: 'evil', passphrase: 'evil' },
    // Options of this package, and the answers of its own parts.
    ...{ proxy: 'env', dispatcher: { dispatch: evil }, proxyTunnel: false, auth: 'evil', token: 'evil', uri: 'evil' },
    ...{ followed: true, isOpaque: true },
  }
  afterEach(() => {
    for (const name of Object.keys(values)) Reflect.deleteProperty(Object.prototype, name)
  })

  async function stopped(): Promise<unknown> {
    await using server = await startRecorder(() => ({ status: 200, body: '', headers: {}, raw: undefined as never }))
    const dispatched = async (name: string, value: unknown) => {
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
      await using system = restate({ baseUrl: server.url, api: 'patch', retry: false, timeoutMs: 3_000 })
      const { outcome, attempts } = await system.stop(target, { mode: 'force' })
      Reflect.deleteProperty(Object.prototype, name)
      const { method, path, body, headers } = server.requests.at(-1) ?? {}
      return { outcome, attempts, method, path, body, headers: { ...headers, host: '' } }
    }
    const came: Record<string, unknown> = {}
    for (const [name, value] of [['nothing', 1], ...Object.entries(values)] as const) {
      came[name] = await dispatched(name, value).catch((thrown: unknown) => String(thrown))
      Reflect.deleteProperty(Object.prototype, name)
    }
    return came
  }

  test('changes nothing of a stop over undici', async () => {
    const came = (await stopped()) as Record<string, unknown>
    expect(came['nothing']).toMatchObject({ outcome: 'stopped', method: 'PATCH', body: '' })
    expect(came).toEqual(Object.fromEntries(Object.keys(came).map((name) => [name, came['nothing']])))
  })
})

test.each([
  ['its signal', { signal: AbortSignal.timeout(50) }, 'aborted'],
  ['its time', {}, 'deadline_exceeded'],
])('middleware of the typed client that never settles ends with %s', async (_, options, code) => {
  const { client } = restate({ baseUrl, timeoutMs: 200, fetch: async () => new Response('{}') })
  client.use({ onRequest: () => new Promise(() => {}) })
  await expect(client.GET('/version', options)).rejects.toMatchObject({ code, attempts: 0, ambiguous: false })
})
