/** `proxy: 'env'` through a real proxy: what goes through it, and what is said when it is the proxy that fails. */
import type { Socket } from 'node:net'
import { inspect } from 'node:util'
import { functionGraph, iamPassword, isStopError, restate, type StopError, type SystemOptions } from 'allstop'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { issue, makeAuthority } from '../support/certificates.js'
import { startClusters } from '../support/clusters.js'
import { startProxy } from '../support/proxy.js'
import { startRecorder } from '../support/recorder.js'
import { startCounting } from '../support/sockets.js'
import { ids } from '../support/systems.js'

const target = { functionUrn: ids.urn, requestId: ids.uuid }
const password = 'pass%2Fword-0123'
const decoded = 'pass/word-0123'
const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']

beforeEach(() => {
  for (const name of names) vi.stubEnv(name, undefined)
})
afterEach(() => void vi.unstubAllEnvs())

async function errorOf(stop: Promise<unknown>): Promise<StopError> {
  const error = await stop.catch((thrown: unknown) => thrown)
  if (!isStopError(error)) throw new Error(`no error: ${inspect(error)}`)
  for (const shown of [inspect(error, { depth: 10 }), JSON.stringify(error), String(error.stack)]) {
    for (const secret of [password, decoded, 'proxy-user', Buffer.from(`proxy-user:${decoded}`).toString('base64')]) {
      expect(shown).not.toContain(secret)
    }
  }
  return error
}

const system = (baseUrl: string, options: Partial<SystemOptions<never>> = {}) =>
  functionGraph({ baseUrl, proxy: 'env', ...options })

describe('a stop goes through the proxy', () => {
  test.each(['HTTP_PROXY', 'http_proxy'])('of %s, with its user and password', async (name) => {
    await using server = await startCounting()
    await using proxy = await startProxy()
    vi.stubEnv(name, `http://proxy-user:${password}@127.0.0.1:${proxy.port}`)
    await using graph = system(server.url)
    expect(await graph.stop(target)).toMatchObject({ outcome: 'accepted' })
    expect(await graph.stop(target)).toMatchObject({ outcome: 'accepted' })
    const authorization = `Basic ${Buffer.from(`proxy-user:${decoded}`).toString('base64')}`
    expect(proxy.asked[0]).toEqual({ to: new URL(server.url).host, authorization })
    expect(server.asked).toHaveLength(2)
    // What proves who asks the proxy is none of the system's business.
    expect(proxy.asked.length).toBeLessThanOrEqual(2)
  })

  test.each(['HTTPS_PROXY', 'https_proxy'])('of %s, where TLS is spoken', async (name) => {
    const authority = await makeAuthority('test authority')
    const clusters = startClusters()
    await using proxy = await startProxy()
    const { baseUrl, seen } = await clusters.verifying(await issue(authority, 'cluster'), authority.cert)
    vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`)
    await using graph = system(baseUrl, { tls: { ca: authority.cert, ...(await issue(authority, 'operator')) } })
    expect(await graph.stop(target)).toMatchObject({ outcome: 'accepted' })
    expect([proxy.asked.map(({ to }) => to), seen]).toEqual([[new URL(baseUrl).host], ['POST of operator']])
    clusters.close()
  })

  test('a refused client certificate is named, through the proxy too', async () => {
    const authority = await makeAuthority('test authority')
    const clusters = startClusters()
    await using proxy = await startProxy()
    const { baseUrl, ca, seen } = await clusters.insisting(authority)
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`)
    await using graph = system(baseUrl, { tls: { ca, ...(await issue(authority, 'operator')) } })
    expect(await errorOf(graph.stop(target))).toMatchObject({ code: 'unauthenticated', ambiguous: false, attempts: 1 })
    expect(seen).toEqual([])
    clusters.close()
  })

  test("a wrong certificate is the system's, not the proxy's", async () => {
    const clusters = startClusters()
    await using proxy = await startProxy()
    const authority = await makeAuthority('test authority')
    const { baseUrl, seen } = await clusters.verifying(await issue(authority, 'cluster'), authority.cert)
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`)
    const error = await errorOf(system(baseUrl).stop(target))
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: false, attempts: 1 })
    expect(error.message).toContain('TLS connection refused')
    expect(error.message).not.toContain('proxy')
    expect(seen).toEqual([])
    clusters.close()
  })

  test('except where NO_PROXY says otherwise', async () => {
    await using server = await startCounting()
    await using proxy = await startProxy()
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${proxy.port}`)
    vi.stubEnv('NO_PROXY', 'elsewhere.test,127.0.0.1')
    expect(await system(server.url).stop(target)).toMatchObject({ outcome: 'accepted' })
    expect([proxy.asked.length, server.asked.length]).toEqual([0, 1])
  })

  test('without variables there is none', async () => {
    await using server = await startCounting()
    vi.stubEnv('HTTP_PROXY', '')
    expect(await system(server.url).stop(target)).toMatchObject({ outcome: 'accepted' })
    expect(server.asked).toHaveLength(1)
  })

  test('without the option the variables have no effect', async () => {
    await using server = await startCounting()
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9')
    expect(await functionGraph({ baseUrl: server.url }).stop(target)).toMatchObject({ outcome: 'accepted' })
  })

  test('no more tunnels than `connections`', async () => {
    const held: (() => void)[] = []
    await using server = await startCounting((_, response) => held.push(() => response.end()))
    await using proxy = await startProxy()
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${proxy.port}`)
    await using orders = restate({ baseUrl: server.url, api: 'patch', proxy: 'env', connections: 2 })
    const stops = [1, 2, 3].map(() => orders.stop({ invocationId: ids.restate }, { mode: 'force' }))
    await vi.waitFor(() => expect(held).toHaveLength(2))
    for (const release of held) release()
    await vi.waitFor(() => expect(held).toHaveLength(3))
    held[2]?.()
    await Promise.all(stops)
    expect(server.most()).toBeLessThanOrEqual(2)
  })

  test('a token is asked for through it too', async () => {
    await using proxy = await startProxy()
    await using server = await startRecorder(({ path }) =>
      path.includes('/auth/tokens')
        ? {
            status: 201,
            headers: { 'x-subject-token': 'token-0123456789' },
            body: { token: { expires_at: '2099-01-01T00:00:00Z' } },
          }
        : { status: 200 },
    )
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${proxy.port}`)
    const auth = iamPassword({
      ...{ iamUrl: server.url, domain: 'd', username: 'u', password: 'p-0123456789', project: { name: 'p' } },
      proxy: 'env',
    })
    expect(await functionGraph({ baseUrl: server.url, auth }).stop(target)).toMatchObject({ outcome: 'accepted' })
    expect(proxy.asked).toHaveLength(1)
    expect(server.requests.map(({ headers }) => headers['x-auth-token'])).toEqual([undefined, 'token-0123456789'])
    expect(server.requests[0]?.headers['connection']).toBe('close')
  })
})

describe('the error says that it was the proxy, and nothing arrives', () => {
  /** A stop, which is harmful twice, with two tries. */
  const retry = { attempts: 2, minDelayMs: 1, maxDelayMs: 1 }

  test.each([
    [407, 'unauthenticated', 1, /refused the connection \(HTTP 407\) at .*; check its user and password/],
    [403, 'permission_denied', 1, /refused the connection \(HTTP 403\) at /],
    [502, 'unavailable', 2, /refused the connection \(HTTP 502\) at /],
  ])('that answers %i', async (status, code, attempts, message) => {
    await using server = await startCounting()
    await using proxy = await startProxy((_, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`))
    vi.stubEnv('HTTP_PROXY', `http://proxy-user:${password}@127.0.0.1:${proxy.port}`)
    const error = await errorOf(system(server.url, { retry }).stop(target))
    expect(error).toMatchObject({ code, ambiguous: false, attempts })
    expect(error.message).toMatch(/the proxy of HTTPS_PROXY or HTTP_PROXY/)
    expect(error.message).toMatch(message)
    expect([server.asked.length, proxy.asked.length]).toEqual([0, attempts])
  })

  test.each<[string, (socket: Socket) => unknown]>([
    ['closes', (socket) => socket.end()],
    ['resets', (socket) => socket.resetAndDestroy()],
    ['does not speak HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
  ])('that %s, and is asked once in each try', async (_, act) => {
    await using server = await startCounting()
    await using proxy = await startProxy((_request, socket) => void act(socket))
    vi.stubEnv('HTTP_PROXY', `http://proxy-user:${password}@127.0.0.1:${proxy.port}`)
    const error = await errorOf(system(server.url, { retry, timeoutMs: 3_000 }).stop(target))
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: false, attempts: 2 })
    expect(error.message).toMatch(/the proxy of HTTPS_PROXY or HTTP_PROXY made no connection \(/)
    expect([server.asked.length, proxy.asked.length]).toEqual([0, 2])
  })

  test('that is down', async () => {
    await using server = await startCounting()
    const { port } = await startProxy().then(async (proxy) => {
      await proxy[Symbol.asyncDispose]()
      return proxy
    })
    vi.stubEnv('HTTP_PROXY', `http://proxy-user:${password}@127.0.0.1:${port}`)
    const error = await errorOf(system(server.url, { retry }).stop(target))
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: false, attempts: 2 })
    expect(error.message).toContain('the proxy of HTTPS_PROXY or HTTP_PROXY made no connection (connection refused)')
    expect(server.asked).toEqual([])
  })

  test('that has a certificate nobody knows', async () => {
    const clusters = startClusters()
    const authority = await makeAuthority('test authority')
    const { baseUrl } = await clusters.verifying(await issue(authority, 'proxy'), authority.cert)
    await using server = await startCounting()
    vi.stubEnv('HTTP_PROXY', baseUrl)
    const error = await errorOf(system(server.url, { retry }).stop(target))
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: false })
    expect(error.message).toMatch(/the proxy .* made no connection \(TLS connection refused/)
    expect(server.asked).toEqual([])
    clusters.close()
  })

  test('that never answers', async () => {
    await using server = await startCounting()
    await using proxy = await startProxy(() => {})
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${proxy.port}`)
    const error = await errorOf(system(server.url, { retry: false, attemptTimeoutMs: 200 }).stop(target))
    expect(error).toMatchObject({ code: 'deadline_exceeded', ambiguous: false })
    expect(error.message).toContain('no connection within 200 ms')
    expect(server.asked).toEqual([])
  })
})

describe('a variable that cannot be used is refused when the system is made', () => {
  test.each([
    'proxy.internal:3128',
    'not a URL',
    'ftp://proxy.internal',
    'socks5://proxy.internal',
    `http://proxy-user:100%@proxy.example:3128`,
  ])('%s', (value) => {
    for (const name of names.filter((one) => !/^no_/i.test(one))) {
      vi.stubEnv(name, value)
      try {
        system('http://127.0.0.1:9')
        expect.unreachable()
      } catch (error) {
        if (!isStopError(error)) throw error
        expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
        expect(error.message).toContain(`proxy: the environment variable ${name} must be an http or https URL`)
        expect(inspect(error)).not.toContain(value)
      }
      vi.stubEnv(name, undefined)
    }
  })
})
