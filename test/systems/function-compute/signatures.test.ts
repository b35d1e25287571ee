/** Signatures of acs3 as they arrive, and keys that are refused. */
import { inspect } from 'node:util'
import { acs3, type Credential, functionCompute, isStopError } from 'allstop'
import { describe, expect, test } from 'vitest'
import { startRecorder } from '../../support/recorder.js'
import { expectRefusedAtOnce } from '../../support/refused-at-once.js'
import { checked } from '../../support/signatures.js'

describe('acs3', () => {
  const secret = 'EXAMPLEsecretexampleSECRET0123'
  const auth = acs3({ accessKeyId: 'LTAI5t', accessKeySecret: secret, securityToken: 'CAIS+/==' })
  const task = { functionName: 'f', invocationId: '1-64e70cf1', qualifier: 'LATEST' }

  test.each(['', '/behind/proxy'])('stops and reads of both generations below "%s"', async (prefix) => {
    const two = (baseUrl: string) => functionCompute({ baseUrl, auth })
    const three = (baseUrl: string) => functionCompute({ baseUrl, auth, apiVersion: '2023-03-30' })
    const seen = [
      await checked(secret, (baseUrl) => two(baseUrl).stop({ serviceName: 's', ...task }), prefix),
      await checked(secret, (baseUrl) => two(baseUrl).read({ serviceName: 's', ...task }), prefix),
      await checked(secret, (baseUrl) => three(baseUrl).stop(task), prefix),
      await checked(secret, (baseUrl) => three(baseUrl).read(task), prefix),
    ]
    expect(seen.map(({ headers }) => headers['x-acs-action'])).toEqual([
      'StopStatefulAsyncInvocation',
      'GetStatefulAsyncInvocation',
      'StopAsyncTask',
      'GetAsyncTask',
    ])
    expect(new Set(seen.map(({ headers }) => headers['x-acs-signature-nonce'])).size).toBe(4)
  })

  test('odd query values through the typed client', async () => {
    const route = '/2023-03-30/functions/{functionName}/async-tasks'
    for (const prefix of ["job *!'()", 'é你😀', '&=?#+ ']) {
      const params = { path: { functionName: 'f' }, query: { prefix } }
      await checked(secret, (baseUrl) => functionCompute({ baseUrl, auth }).client.GET(route, { params }))
    }
  })
})

test("the clock and the caller's own x-acs-* headers are in what is signed", async () => {
  const clock = () => new Date('2026-01-02T03:04:05Z')
  const headers = { 'X-Acs-Credentials-Provider': 'static_ak', 'X-Fc-Trace-Id': 'trace' }
  const alibaba = await checked('sk', (baseUrl) =>
    functionCompute({
      baseUrl,
      headers,
      apiVersion: '2023-03-30',
      auth: acs3({ accessKeyId: 'a', accessKeySecret: 'sk' }, { clock }),
    }).stop({ functionName: 'f', invocationId: 'i' }),
  )
  expect(alibaba.headers).toMatchObject({ 'x-acs-date': '2026-01-02T03:04:05Z', 'x-fc-trace-id': 'trace' })
  expect(alibaba.headers['x-acs-signature-nonce']).toMatch(/^[0-9a-f]{32}$/)
  expect(alibaba.headers['authorization']).toContain(';x-acs-credentials-provider;')
  expect(alibaba.headers['authorization']).not.toContain('x-fc-trace-id')
})

test('a provider is asked before each request, so that temporary keys may change', async () => {
  let turn = 0
  const auth = acs3(() => {
    turn += 1
    return { accessKeyId: `id-${turn}`, accessKeySecret: 's' }
  })
  await using server = await startRecorder()
  const system = functionCompute({ baseUrl: server.url, auth, apiVersion: '2023-03-30' })
  await system.stop({ functionName: 'f', invocationId: 'i' })
  await system.stop({ functionName: 'f', invocationId: 'i' })
  expect(server.requests.map(({ headers }) => /Credential=([^,]+)/.exec(headers['authorization'] ?? '')?.[1])).toEqual([
    'id-1',
    'id-2',
  ])
})

test.each<[string, () => Credential]>([
  ['auth.accessKeySecret', () => acs3({ accessKeyId: 'a', accessKeySecret: '' })],
  ['auth.securityToken', () => acs3({ accessKeyId: 'a', accessKeySecret: 'b', securityToken: 'canary-secret ' })],
  [
    'auth.securitytoken',
    () => acs3({ accessKeyId: 'a', accessKeySecret: 'b', securitytoken: 'canary-secret' } as never),
  ],
  ['nonce', () => acs3({ accessKeyId: 'a', accessKeySecret: 'b' }, { nonce: '1' as never })],
  ['auth', () => acs3(null as never)],
])('a wrong %s is refused when the credential is made', (field, make) => {
  expectRefusedAtOnce(field, make)
})

test('keys that sign something else are refused', async () => {
  const signing = acs3({ accessKeyId: 'AK', accessKeySecret: 'SK' }).authorize({
    method: 'GET',
    url: new URL('http://127.0.0.1:9/other'),
    headers: {},
    body: '',
    signal: new AbortController().signal,
  })
  const error = await signing.catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ message: expect.stringContaining('auth: ') })
  if (isStopError(error)) expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
})

test("a signature's date, version and action stay readable", async () => {
  await using server = await startRecorder(({ headers }) => ({
    status: 403,
    body: { Code: 'X', Message: `${headers['x-acs-version']} ${headers['x-acs-action']} ${headers['x-acs-date']}` },
  }))
  const auth = acs3(
    { accessKeyId: 'AKEXAMPLE', accessKeySecret: 'sk-0123456789' },
    { clock: () => new Date('2026-01-02T03:04:05Z') },
  )
  const system = functionCompute({ baseUrl: server.url, apiVersion: '2023-03-30', auth })
  const error = await system.stop({ functionName: 'f', invocationId: 't' }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ providerMessage: '2023-03-30 StopAsyncTask 2026-01-02T03:04:05Z' })
})

describe('keys that fail', () => {
  const token = 'TOKENsecret998877'
  /** Gives something once, and then throws. */
  const once = <T>(value: T) => {
    let given = 0
    return (): T => {
      if (given++ === 0) return value
      throw new Error(`refresh of ${token} failed`)
    }
  }

  test('names no key that signed before', async () => {
    await using server = await startRecorder(() => ({ status: 503 }))
    const auth = acs3(once({ accessKeyId: 'AK', accessKeySecret: token }))
    const error = await functionCompute({ baseUrl: server.url, auth })
      .read({ serviceName: 's', functionName: 'f', invocationId: 't' })
      .catch((thrown: unknown) => thrown)
    expect(JSON.stringify(error)).toContain('refresh of [hidden] failed')
    expect(inspect(error, { depth: 10 })).not.toContain(token)
  })

  test('names no temporary token that signed before', async () => {
    const fetch = async () => new Response('{}', { status: 503 })
    const keys = { accessKeyId: 'LTAIabcd1234', accessKeySecret: 'sssssssss', securityToken: token }
    const auth = acs3(once(keys))
    const task = { serviceName: 's', functionName: 'f', invocationId: 't' }
    const retry = { attempts: 3, minDelayMs: 1, maxDelayMs: 1 }
    const error = await functionCompute({ baseUrl: 'http://127.0.0.1:9', fetch, auth, retry })
      .read(task)
      .catch((thrown: unknown) => thrown)
    expect(JSON.stringify(error)).toContain('refresh of [hidden] failed')
  })
})
