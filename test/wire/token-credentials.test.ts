/** Credentials that fetch their token: exact requests, one flight for many, renewal, and no hammering. */
import {
  type Credential,
  enterpriseScheduler,
  entra,
  functionGraph,
  iamPassword,
  isStopError,
  oauth2ClientCredentials,
  serviceFabric,
} from 'allstop'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { answerWell } from '../support/answers.js'
import { assertNoViolation, startPrism } from '../support/prism.js'
import { type Recorder, type Reply, startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

afterEach(() => {
  vi.useRealTimers()
})

const secret = 'canary-p4ssword'
const start = new Date('2026-01-02T03:04:05Z')

/** A token endpoint that gives `token-1`, `token-2` ..., valid for an hour. */
const iam = (nth: { n: number }): Reply => {
  nth.n += 1
  const expires = new Date(start.getTime() + nth.n * 3_600_000).toISOString().replace('Z', '000Z')
  return { status: 201, headers: { 'x-subject-token': `token-${nth.n}` }, body: { token: { expires_at: expires } } }
}
const idcs = (nth: { n: number }): Reply => {
  nth.n += 1
  return { body: { access_token: `token-${nth.n}`, expires_in: 3600, token_type: 'Bearer' } }
}

interface Setup {
  /** Makes the credential for a token endpoint. */
  make(url: string, clock?: () => Date): Credential<never>
  token: (nth: { n: number }) => Reply
  /** Stops something with it. */
  stop(baseUrl: string, auth: Credential<never>): () => Promise<unknown>
  header: string
  before: string
}

const setups: Record<string, Setup> = {
  iamPassword: {
    make: (iamUrl, clock) =>
      iamPassword({
        iamUrl,
        domain: 'acme',
        username: 'ops',
        password: secret,
        project: { name: 'cn-north-4' },
        clock,
      }) as never,
    token: iam,
    stop: (baseUrl, auth) => {
      const system = functionGraph({ baseUrl, auth, retry: false })
      return () => system.stop({ functionUrn: ids.urn, requestId: ids.uuid })
    },
    header: 'x-auth-token',
    before: '',
  },
  oauth2ClientCredentials: {
    make: (tokenUrl, clock) =>
      oauth2ClientCredentials({
        tokenUrl: `${tokenUrl}/oauth2/v1/token`,
        clientId: 'id',
        clientSecret: secret,
        scope: 'urn:x',
        clock,
      }) as never,
    token: idcs,
    stop: (baseUrl, auth) => {
      const system = enterpriseScheduler({ baseUrl, auth, retry: false })
      // Of one request, they would be sent as one.
      return () => system.stop({ requestId: 1 }, { ifStopping: 'repeat' })
    },
    header: 'authorization',
    before: 'Bearer ',
  },
}

test('iamPassword asks as IAM documents it', async () => {
  await using server = await startRecorder((request) =>
    request.path.startsWith('/v3') ? iam({ n: 0 }) : answerWell(request),
  )
  const auth = iamPassword({
    iamUrl: server.url,
    domain: 'acme',
    username: 'ops',
    password: secret,
    project: { id: 'p1' },
  })
  await functionGraph({ baseUrl: server.url, auth }).stop({ functionUrn: ids.urn, requestId: ids.uuid })
  const [token, stop] = server.requests
  expect([token?.method, token?.path]).toEqual(['POST', '/v3/auth/tokens?nocatalog=true'])
  expect(JSON.parse(token?.body ?? '')).toEqual({
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: 'ops', password: secret, domain: { name: 'acme' } } },
      },
      scope: { project: { id: 'p1' } },
    },
  })
  expect(stop?.headers['x-auth-token']).toBe('token-1')
})

test('the request of iamPassword is one that the spec takes, and its answer one that it understands', async () => {
  await using prism = await startPrism('functiongraph')
  const checked = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init)
    await assertNoViolation(response)
    return response
  }
  const project = { name: 'cn-north-4' }
  const auth = iamPassword({
    iamUrl: prism.url,
    domain: 'acme',
    username: 'ops',
    password: secret,
    project,
    fetch: checked,
  })
  const request = {
    method: 'POST',
    url: new URL('http://x'),
    headers: {},
    body: '',
    signal: new AbortController().signal,
  }
  expect(await auth.authorize(request)).toEqual({ 'x-auth-token': 'MIIexample' })
})

test('oauth2ClientCredentials asks as RFC 6749 has it', async () => {
  await using server = await startRecorder(() => idcs({ n: 0 }))
  const auth = oauth2ClientCredentials({
    tokenUrl: `${server.url}/t`,
    clientId: 'i d',
    clientSecret: 'p:w+é',
    scope: 'urn:a b',
  })
  await enterpriseScheduler({ baseUrl: server.url, auth }).stop({ requestId: 1 })
  const [token, stop] = server.requests
  expect([token?.method, token?.path, token?.body]).toEqual([
    'POST',
    '/t',
    'grant_type=client_credentials&scope=urn%3Aa+b',
  ])
  const basic = Buffer.from((token?.headers['authorization'] ?? '').replace('Basic ', ''), 'base64').toString()
  expect(basic).toBe('i+d:p%3Aw%2B%C3%A9')
  expect(stop?.headers['authorization']).toBe('Bearer token-1')
})

describe.each(Object.entries(setups))('%s', (_, { make, token, stop, header, before }) => {
  async function servers(reply: () => Reply, system: (sent: string) => Reply = () => ({ body: {} })) {
    const tokens = await startRecorder(reply)
    const target = await startRecorder(({ headers }) => system(headers[header] ?? ''))
    const close = () => Promise.all([tokens.close(), target.close()])
    return { tokens, target, [Symbol.asyncDispose]: async () => void (await close()) }
  }
  const sent = (server: Recorder) => server.requests.map(({ headers }) => (headers[header] ?? '').replace(before, ''))

  test('fifty stops at once make one token request', async () => {
    const nth = { n: 0 }
    await using both = await servers(() => token(nth))
    const one = stop(
      both.target.url,
      make(both.tokens.url, () => start),
    )
    await Promise.all(Array.from({ length: 50 }, one))
    expect(both.tokens.requests).toHaveLength(1)
    expect(sent(both.target)).toEqual(Array(50).fill('token-1'))
  })

  test('a token is renewed before it ends, in the middle of many stops', async () => {
    const nth = { n: 0 }
    let now = start
    await using both = await servers(() => token(nth))
    const one = stop(
      both.target.url,
      make(both.tokens.url, () => now),
    )
    await one()
    now = new Date(start.getTime() + 3_600_000 - 30_000)
    await Promise.all([one(), one(), one()])
    expect(sent(both.target)).toEqual(['token-1', 'token-2', 'token-2', 'token-2'])
    expect(both.tokens.requests).toHaveLength(2)
  })

  test('a token that is not accepted is fetched anew, and the request sent once more', async () => {
    const nth = { n: 0 }
    const outdated = { status: 401, body: { error_code: 'APIGW.0307', error_msg: 'The token must be updated' } }
    await using both = await servers(
      () => token(nth),
      (used) => (used.endsWith('token-1') ? outdated : { body: {} }),
    )
    await stop(
      both.target.url,
      make(both.tokens.url, () => start),
    )()
    expect(sent(both.target)).toEqual(['token-1', 'token-2'])
  })

  test('one that is never accepted is an error after the second try', async () => {
    const nth = { n: 0 }
    await using both = await servers(
      () => token(nth),
      () => ({ status: 401, body: { error_code: 'APIGW.0301', error_msg: 'no' } }),
    )
    const one = stop(
      both.target.url,
      make(both.tokens.url, () => start),
    )
    await expect(one()).rejects.toMatchObject({ code: 'unauthenticated', attempts: 2 })
  })

  test('a refusal of the token endpoint is not hammered, and asked again later', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    await using both = await servers(() => ({ status: 401, body: { error: secret } }))
    const one = stop(
      both.target.url,
      make(both.tokens.url, () => start),
    )
    const codes = await Promise.all(
      Array.from({ length: 20 }, () => one().catch((error: { code: string }) => error.code)),
    )
    expect(new Set(codes)).toEqual(new Set(['unauthenticated']))
    await expect(one()).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(both.tokens.requests).toHaveLength(1)
    vi.advanceTimersByTime(6_000)
    await expect(one()).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(both.tokens.requests).toHaveLength(2)
    expect(both.target.requests).toEqual([])
  })

  test.each<[string, Reply, string]>([
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9' } }, 'protocol'],
    ['HTML', { body: '<html>' }, 'protocol'],
    ['no token', { body: {} }, 'protocol'],
    ['503', { status: 503 }, 'unavailable'],
    ['a reset', { raw: (request) => request.socket.resetAndDestroy() }, 'unavailable'],
  ])('%s of the token endpoint: nothing is stopped, and nothing leaks', async (_what, reply, code) => {
    await using both = await servers(() => reply)
    const error: unknown = await stop(
      both.target.url,
      make(both.tokens.url, () => start),
    )().catch((thrown) => thrown)
    if (!isStopError(error)) throw error
    expect(error).toMatchObject({ code, ambiguous: false })
    expect(both.target.requests).toEqual([])
    expect(JSON.stringify(error) + error.stack).not.toContain(secret)
  })

  test('a caller who gives up does not spoil it for the others', async () => {
    const nth = { n: 0 }
    let answer: (() => void) | undefined
    await using both = await servers(() => ({
      raw: (_request, response) => {
        answer = () => {
          const { status = 200, headers, body } = token(nth)
          response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
        }
      },
    }))
    const auth = make(both.tokens.url, () => start)
    const controller = new AbortController()
    const request = { method: 'POST', url: new URL('http://x'), headers: {}, body: '' }
    const gaveUp = auth.authorize({ ...request, signal: controller.signal })
    const stays = auth.authorize({ ...request, signal: new AbortController().signal })
    controller.abort()
    await expect(gaveUp).rejects.toThrow()
    while (answer === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
    answer()
    expect(Object.values(await stays)).toEqual([`${before}token-1`])
  })

  test('a secret does not go over plain http to another host', () => {
    expect(() => make('http://iam.example')).toThrow(/must be https/)
  })
})

describe('entra', () => {
  test('asks the credential for the scopes, with the signal, before each request', async () => {
    await using server = await startRecorder()
    const asked: unknown[] = []
    const auth = entra(
      {
        getToken: async (scopes, options) => {
          asked.push([scopes, options?.abortSignal instanceof AbortSignal])
          return { token: 'entra-token', expiresOnTimestamp: 0 }
        },
      },
      'app-id/.default',
    )
    await serviceFabric({ baseUrl: server.url, auth }).stop({ applicationId: 'a' })
    expect(server.requests.map(({ method, headers }) => [method, headers['authorization']])).toEqual([
      ['GET', 'Bearer entra-token'],
      ['POST', 'Bearer entra-token'],
    ])
    expect(asked).toEqual(server.requests.map(() => ['app-id/.default', true]))
  })

  test.each([
    ['gives none', async () => null, 'unauthenticated'],
    ['gives one without a text', async () => ({}) as never, 'unauthenticated'],
    ['fails', () => Promise.reject(new Error('no managed identity')), 'unauthenticated'],
  ])('a credential that %s: nothing is sent', async (_what, getToken, code) => {
    await using server = await startRecorder()
    const system = serviceFabric({ baseUrl: server.url, auth: entra({ getToken }, ['s']) })
    await expect(system.stop({ applicationId: 'a' })).rejects.toMatchObject({ code, attempts: 0 })
    expect(server.requests).toEqual([])
  })
})
