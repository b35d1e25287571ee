/** What token endpoints answer and how it is read: a credential's trouble never says anything of the work. */
import { inspect } from 'node:util'
import { bearer, enterpriseScheduler, type Fetch, iamPassword, oauth2ClientCredentials, StopError } from 'allstop'
import { describe, expect, test } from 'vitest'
import { type Reply, startRecorder } from '../support/recorder.js'

const start = new Date('2026-01-02T03:04:05Z')
const secret = 'can"ary\\p4ss+é'
const request = {
  method: 'POST',
  url: new URL('http://x'),
  headers: {},
  body: '',
  signal: new AbortController().signal,
}
const clock = () => start
const oauth = (tokenUrl: string, fetch?: Fetch) =>
  oauth2ClientCredentials({ tokenUrl, clientId: 'id', clientSecret: secret, scope: 's', clock, fetch })
const iam = (iamUrl: string, more: object = {}) =>
  iamPassword({
    iamUrl,
    domain: 'acme',
    username: 'ops',
    password: secret,
    project: { name: 'p' },
    clock,
    ...more,
  } as Parameters<typeof iamPassword>[0])

test.each([
  [400, 'unauthenticated'],
  [401, 'unauthenticated'],
  [403, 'permission_denied'],
  [404, 'protocol'],
  [409, 'protocol'],
  [410, 'protocol'],
  [412, 'protocol'],
  [422, 'protocol'],
  [429, 'rate_limited'],
  [500, 'unavailable'],
  [503, 'unavailable'],
  [504, 'deadline_exceeded'],
])('HTTP %i of the token endpoint is %s', async (status, code) => {
  await using tokens = await startRecorder(() => ({ status }))
  const system = enterpriseScheduler({ baseUrl: tokens.url, auth: oauth(tokens.url) })
  await expect(system.stop({ requestId: 1 }, { retry: false })).rejects.toMatchObject({
    code,
    httpStatus: status,
    ambiguous: false,
  })
})

/** Cancelling for ever; the forced stop finds the token revoked. */
const stubborn = ({ method, path }: { method: string; path: string }): Reply => {
  if (method === 'GET') return { body: { requestId: 1, state: 'CANCELLING', isForceCancelAllowed: true } }
  return /force/i.test(path) ? { status: 401 } : { body: {} }
}
// The first stop has until the escalation, its token included: that must do on a busy machine.
const wait = { deadlineMs: 2_000, escalateAfterMs: 1_000, poll: { minDelayMs: 20, maxDelayMs: 50 } }

test('a token endpoint that is not there does not make running work gone', async () => {
  let given = 0
  await using tokens = await startRecorder(() => {
    given += 1
    return given === 1 ? { body: { access_token: 't1', expires_in: 3600 } } : { status: 404 }
  })
  await using ess = await startRecorder(stubborn)
  const system = enterpriseScheduler({ baseUrl: ess.url, auth: oauth(tokens.url) })
  const known = { outcome: 'accepted', phase: 'stopping', mode: 'graceful' }
  expect(await system.stopAndWait({ requestId: 1 }, wait)).toMatchObject(known)
})

test('nor does a token source that throws a StopError of its own', async () => {
  await using ess = await startRecorder(stubborn)
  const details = { system: 'x', kind: 'x', operation: 'x', attempts: 1, ambiguous: false }
  const auth = bearer(() => Promise.reject(new StopError('not_found', 'no such secret', details)))
  const system = enterpriseScheduler({ baseUrl: ess.url, auth })
  await expect(system.stop({ requestId: 1 })).rejects.toMatchObject({ code: 'unauthenticated', attempts: 0 })
})

describe('the token endpoint is not hammered', () => {
  test.each<[string, Reply]>([
    ['is too large', { status: 401, body: 'x'.repeat(2_000_000) }],
    [
      'breaks off',
      {
        raw: (_request, response) => {
          response.writeHead(401, { 'content-length': '100' }).write('{')
          setTimeout(() => response.destroy(), 20)
        },
      },
    ],
  ])('when the body of a refusal %s', async (_what, reply) => {
    await using tokens = await startRecorder(() => reply)
    const auth = oauth(tokens.url)
    for (let call = 0; call < 3; call += 1) {
      await expect(auth.authorize(request)).rejects.toMatchObject({ code: 'unauthenticated' })
    }
    expect(tokens.requests).toHaveLength(1)
  })

  test('when tokens live shorter than the margin', async () => {
    await using tokens = await startRecorder(() => ({ body: { access_token: 't', expires_in: 60 } }))
    const auth = oauth(tokens.url)
    for (let call = 0; call < 10; call += 1) await auth.authorize(request)
    expect(tokens.requests).toHaveLength(1)
  })

  test('when the clock here is a day ahead', async () => {
    const body = { token: { expires_at: '2026-01-01T03:04:05.000000Z' } }
    await using tokens = await startRecorder(() => ({ status: 201, headers: { 'x-subject-token': 't' }, body }))
    const auth = iam(tokens.url)
    for (let call = 0; call < 10; call += 1) await auth.authorize(request)
    expect(tokens.requests).toHaveLength(1)
  })
})

test('a fetch that returns no Response is told so', async () => {
  const fetch = (async () => ({})) as unknown as Fetch
  const auth = oauth2ClientCredentials({
    tokenUrl: 'https://idcs.example',
    clientId: 'c',
    clientSecret: 's',
    scope: 'x',
    fetch,
  })
  const system = enterpriseScheduler({ baseUrl: 'http://127.0.0.1:9', auth, retry: false })
  await expect(system.stop({ requestId: 1 })).rejects.toMatchObject({
    code: 'protocol',
    ambiguous: false,
    message: expect.stringContaining('`fetch` did not return a Response'),
  })
})

test('an answer over the limit is no token answer', async () => {
  await using tokens = await startRecorder(() => ({ body: 'x'.repeat(2_000_000) }))
  await expect(oauth(tokens.url).authorize(request)).rejects.toMatchObject({ code: 'protocol' })
})

test('a fetch that puts all it was given into its error shows no secret', async () => {
  const loud: Fetch = async (url, init) => {
    throw new Error(`${url} ${new URLSearchParams(init.headers as Record<string, string>)} ${init.body}`)
  }
  const plain: Fetch = async (url, init) => {
    throw new Error(`${url} ${JSON.stringify(init.headers)} ${init.body}`)
  }
  const encoded = new URLSearchParams({ v: secret }).toString().slice(2)
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encoded, Buffer.from(`id:${encoded}`).toString('base64')]
  for (const fetch of [loud, plain]) {
    for (const auth of [oauth('https://x/', fetch), iam('https://x', { fetch })]) {
      const error: unknown = await auth.authorize(request).catch((thrown) => thrown)
      const text = inspect(error, { depth: 9, showHidden: true })
      expect(forms.filter((form) => text.includes(form))).toEqual([])
    }
  }
})

test.each<[RegExp, string, object]>([
  [/iamUrl/, 'https://iam.example/#', {}],
  [/iamUrl/, 'https://iam.example/?a=1', {}],
  [/iamUrl/, 'ftp://iam.example', { allowInsecure: true }],
  [/allowInsecure/, 'https://iam.example', { allowInsecure: 'yes' }],
  [/project/, 'https://iam.example', { project: {} }],
  [/project/, 'https://iam.example', { project: { id: undefined } }],
  [/project/, 'https://iam.example', { project: { name: '' } }],
])('%s is refused when it is made: %s %o', (field, iamUrl, more) => {
  expect(() => iam(iamUrl, more)).toThrow(field)
})

describe('the answer of a token endpoint', () => {
  test('a pause that it asks for is told', async () => {
    await using tokens = await startRecorder(() => ({ status: 429, headers: { 'retry-after': '40' } }))
    await expect(oauth(tokens.url).authorize(request)).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 40_000,
    })
    await using server = await startRecorder()
    const read = enterpriseScheduler({ baseUrl: server.url, auth: oauth(tokens.url) }).read({ requestId: '1' })
    await expect(read).rejects.toMatchObject({ code: 'rate_limited', httpStatus: 429, retryAfterMs: 40_000 })
    expect(server.requests).toEqual([])
  })

  test('that does not come in time', async () => {
    await using tokens = await startRecorder(() => ({ raw: () => {} }))
    await expect(iam(tokens.url, { timeoutMs: 50 }).authorize(request)).rejects.toMatchObject({
      code: 'deadline_exceeded',
      message: `iamPassword: no answer within 50 ms from ${new URL(tokens.url).host}, while asking for a token`,
    })
  })

  test('with a token in its header and no body is enough for IAM', async () => {
    await using tokens = await startRecorder(() => ({ status: 201, headers: { 'x-subject-token': 'token-1' } }))
    expect(await iam(tokens.url).authorize(request)).toEqual({ 'x-auth-token': 'token-1' })
  })

  test("that says nothing of the token's life is enough for OAuth", async () => {
    await using tokens = await startRecorder(() => ({ body: { access_token: 'token-1' } }))
    const credential = oauth(tokens.url)
    expect(await credential.authorize(request)).toEqual({ authorization: 'Bearer token-1' })
    await credential.authorize(request)
    expect(tokens.requests).toHaveLength(1)
  })
})
