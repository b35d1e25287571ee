/** Credentials that fetch their token: one flight for many, renewal, and no hammering. */
import { type Credential, isStopError } from 'allstop'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Recorder, type Reply, startRecorder } from '../support/recorder.js'
import { variants } from '../systems/index.js'

afterEach(() => {
  vi.useRealTimers()
})

const secret = 'canary-p4ssword'
const start = new Date('2026-01-02T03:04:05Z')

const cases = variants.flatMap(({ name, make, target, modes, token }) =>
  token === undefined ? [] : [{ name: `${name} ${token.name}`, system: make, target, modes, token }],
)

describe.each(cases)('$name', ({ system, target, modes, token: credential }) => {
  const { make, gives, header, before } = credential
  /** Gives `token-1`, `token-2` ..., each valid for an hour. */
  const token = (nth: { n: number }): Reply => {
    nth.n += 1
    return gives(`token-${nth.n}`, new Date(start.getTime() + (nth.n - 1) * 3_600_000))
  }
  const makeAt = (url: string, clock?: () => Date) => make(url, secret, clock)
  const stop = (baseUrl: string, auth: Credential) => {
    const one = system({ baseUrl, auth, retry: false })
    // Of one piece of work, they would be sent as one.
    const options = modes.includes('graceful') ? ({ ifStopping: 'repeat' } as const) : {}
    return () => one.stop(target, options)
  }

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
      makeAt(both.tokens.url, () => start),
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
      makeAt(both.tokens.url, () => now),
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
      makeAt(both.tokens.url, () => start),
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
      makeAt(both.tokens.url, () => start),
    )
    await expect(one()).rejects.toMatchObject({ code: 'unauthenticated', attempts: 2 })
  })

  test('a refusal of the token endpoint is not hammered, and asked again later', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    await using both = await servers(() => ({ status: 401, body: { error: secret } }))
    const one = stop(
      both.target.url,
      makeAt(both.tokens.url, () => start),
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
      makeAt(both.tokens.url, () => start),
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
    const auth = makeAt(both.tokens.url, () => start)
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
    expect(() => makeAt('http://iam.example')).toThrow(/must be https/)
  })
})
