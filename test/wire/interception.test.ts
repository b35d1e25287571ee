/** What a program puts in the place of fetch, or of undici's global dispatcher, gets every request: none goes past it. */
import { restate } from 'allstop'
import { Agent, getGlobalDispatcher, interceptors, MockAgent, setGlobalDispatcher } from 'undici'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { startCounting } from '../support/sockets.js'
import { ids } from '../support/systems.js'

const target = { invocationId: ids.restate }
const force = { mode: 'force', retry: false } as const
const before = getGlobalDispatcher()

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  setGlobalDispatcher(before)
})

describe('fetch', () => {
  const double = async () => new Response(null, { status: 200 })

  test.each([
    ['that is stubbed', (fetch: typeof double) => void vi.stubGlobal('fetch', fetch)],
    ['that is spied on', (fetch: typeof double) => void vi.spyOn(globalThis, 'fetch').mockImplementation(fetch)],
  ])('%s gets the stop, and after it the server does', async (_, replace) => {
    await using server = await startCounting()
    await using system = restate({ baseUrl: server.url, api: 'patch' })
    const fetch = vi.fn(double)
    replace(fetch)
    expect(await system.stop(target, force)).toMatchObject({ outcome: 'stopped' })
    expect([fetch.mock.calls.length, server.asked.length]).toEqual([1, 0])
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    await system.stop(target, force)
    expect([fetch.mock.calls.length, server.asked.length]).toEqual([1, 1])
  })

  test('gets the requests of the typed client too', async () => {
    await using server = await startCounting()
    const fetch = vi.fn(async () => Response.json({ version: '1' }))
    vi.stubGlobal('fetch', fetch)
    await restate({ baseUrl: server.url }).client.GET('/version')
    expect([fetch.mock.calls.length, server.asked.length]).toEqual([1, 0])
  })

  test('gets none when the caller has said how connections are made', async () => {
    await using server = await startCounting()
    const fetch = vi.fn(double)
    vi.stubGlobal('fetch', fetch)
    await using own = restate({ baseUrl: server.url, api: 'patch', tls: {} })
    await own.stop(target, force)
    expect([fetch.mock.calls.length, server.asked.length]).toEqual([0, 1])
  })
})

/** Who sent each request: this package's own connections, or fetch. */
async function startNoting() {
  const agents: (string | undefined)[] = []
  const server = await startCounting((request, response) => {
    agents.push(request.headers['user-agent'])
    response.writeHead(200).end()
  })
  return Object.assign(server, { agents })
}

describe('a global dispatcher', () => {
  test('that answers by itself gets the stop', async () => {
    await using server = await startCounting()
    const mock = new MockAgent()
    mock.disableNetConnect()
    mock.get(server.url).intercept({ path: /kill$/, method: 'PATCH' }).reply(200)
    setGlobalDispatcher(mock)
    await using system = restate({ baseUrl: server.url, api: 'patch' })
    expect(await system.stop(target, force)).toMatchObject({ outcome: 'stopped' })
    expect(await system.stop(target, force).catch((error: unknown) => error)).toMatchObject({ code: 'unavailable' })
    expect(server.asked).toEqual([])
  })

  test.each([
    ['with options', () => new Agent({ connections: 1 }), 'node'],
    ['composed of several', () => new Agent().compose(interceptors.dump()), 'node'],
    ['as Node.js itself sets it', () => new Agent(), 'allstop'],
  ])('%s', async (_, make, agent) => {
    await using server = await startNoting()
    setGlobalDispatcher(make())
    await using system = restate({ baseUrl: server.url, api: 'patch' })
    await system.stop(target, force)
    expect(server.agents).toEqual([agent])
  })

  test('that is none is left to fetch', async () => {
    await using server = await startNoting()
    const symbol = Symbol.for('undici.globalDispatcher.1')
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, symbol)
    Reflect.set(globalThis, symbol, null)
    await using system = restate({ baseUrl: server.url, api: 'patch' })
    await system.stop(target, force)
    expect(server.agents).toEqual(['allstop'])
    Reflect.set(globalThis, symbol, descriptor?.value)
  })
})
