/** Signatures still match after openapi-fetch and fetch have put the request on a real socket. */
import { createHash, createHmac } from 'node:crypto'
import {
  acs3,
  akSk,
  type Credential,
  functionCompute,
  functionGraph,
  iamPassword,
  isStopError,
  oauth2ClientCredentials,
} from 'allstop'
import { describe, expect, test } from 'vitest'
import { type Recorded, startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
const hmac = (key: string, text: string) => createHmac('sha256', key).update(text, 'utf8').digest('hex')
const encode = (text: string) =>
  [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const char = String.fromCharCode(byte)
      return /[A-Za-z0-9\-_.~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')

/** What a server would compute of the bytes that it received, written without a look at the signers. */
function recompute({ method, path, headers, body }: Recorded, secret: string): { sent: string; right: string } {
  const sent = headers['authorization'] ?? ''
  const names = /SignedHeaders=([^,]+)/.exec(sent)?.[1] ?? ''
  const huawei = sent.startsWith('SDK-HMAC-SHA256')
  const [pathname = '', query = ''] = path.split('?')
  const canonicalPath = pathname
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/')
  const canonicalQuery = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => pair.split('=').map((part) => encode(decodeURIComponent(part.replaceAll('+', ' ')))))
    .map(([name, value = '']) => `${name}=${value}`)
    .toSorted()
    .join('&')
  const lines = names.split(';').map((name) => `${name}:${headers[name] ?? ''}\n`)
  const parts = [method, `${canonicalPath}${huawei ? '/' : ''}`, canonicalQuery, lines.join(''), names, sha256(body)]
  const canonical = sha256(parts.join('\n'))
  const toSign = huawei ? `SDK-HMAC-SHA256\n${headers['x-sdk-date']}\n${canonical}` : `ACS3-HMAC-SHA256\n${canonical}`
  return { sent: /Signature=(\w+)/.exec(sent)?.[1] ?? '', right: hmac(secret, toSign) }
}

async function checked(secret: string, call: (baseUrl: string) => Promise<unknown>, prefix = ''): Promise<Recorded> {
  await using server = await startRecorder()
  await call(server.url + prefix)
  const [request] = server.requests
  if (request === undefined) throw new Error('nothing was sent')
  const { sent, right } = recompute(request, secret)
  expect(sent).toBe(right)
  return request
}

describe('akSk', () => {
  const secret = 'SKexample0123456789abcdefghijklmnopqrstu'
  const auth = akSk({ accessKeyId: 'AKEXAMPLE', secretAccessKey: secret, projectId: 'p1', securityToken: 'st' })
  const target = { functionUrn: ids.urn, requestId: ids.uuid }

  test.each([
    [ids.urn, ''],
    ['urn:fss:eu-west-101:0a1b:function:my-app:fn_1:!prod', ''],
    [ids.urn, '/behind/proxy'],
  ])('a stop of %s below "%s"', async (functionUrn, prefix) => {
    const request = await checked(
      secret,
      (baseUrl) => functionGraph({ baseUrl, auth }).stop({ functionUrn, requestId: ids.uuid }),
      prefix,
    )
    expect(request.headers).toMatchObject({ 'x-project-id': 'p1', 'x-security-token': 'st' })
    expect(request.headers['authorization']).toContain(
      'SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token',
    )
  })

  test('a read, and odd query values and bodies through the typed client', async () => {
    await checked(secret, (baseUrl) => functionGraph({ baseUrl, auth }).read(target))
    const path = { project_id: '0a1b', function_urn: ids.urn }
    const route = '/v2/{project_id}/fgs/functions/{function_urn}/async-invocations'
    for (const request_id of ["a b/c:d%!'()*~+", 'é你😀', '&=?#']) {
      const params = { path, query: { request_id } }
      await checked(secret, (baseUrl) => functionGraph({ baseUrl, auth }).client.GET(route, { params }))
    }
    await checked(secret, (baseUrl) =>
      functionGraph({ baseUrl, auth }).client.POST('/v2/{project_id}/fgs/functions/{function_urn}/cancel', {
        params: { path },
        body: { request_id: 'é你😀"' },
      }),
    )
  })
})

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
  const huawei = await checked('sk', (baseUrl) =>
    functionGraph({ baseUrl, auth: akSk({ accessKeyId: 'a', secretAccessKey: 'sk' }, { clock }) }).stop({
      functionUrn: ids.urn,
      requestId: ids.uuid,
    }),
  )
  expect(huawei.headers['x-sdk-date']).toBe('20260102T030405Z')
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

describe('keys', () => {
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
    expect(
      server.requests.map(({ headers }) => /Credential=([^,]+)/.exec(headers['authorization'] ?? '')?.[1]),
    ).toEqual(['id-1', 'id-2'])
  })

  test.each<[string, () => Credential]>([
    ['auth.secretAccessKey', () => akSk({ accessKeyId: 'a', secretAccessKey: 'canary-secret\n' })],
    ['auth.accessKeyId', () => akSk({ secretAccessKey: 'canary-secret' } as never)],
    ['auth.accessKeySecret', () => acs3({ accessKeyId: 'a', accessKeySecret: '' })],
    ['auth.securityToken', () => acs3({ accessKeyId: 'a', accessKeySecret: 'b', securityToken: 'canary-secret ' })],
    [
      'auth.securitytoken',
      () => acs3({ accessKeyId: 'a', accessKeySecret: 'b', securitytoken: 'canary-secret' } as never),
    ],
    ['clock', () => akSk({ accessKeyId: 'a', secretAccessKey: 'b' }, { clock: 1 as never })],
    ['options', () => akSk({ accessKeyId: 'a', secretAccessKey: 'b' }, null as never)],
    ['nonce', () => acs3({ accessKeyId: 'a', accessKeySecret: 'b' }, { nonce: '1' as never })],
    ['auth', () => acs3(null as never)],
    ['options.iamurl', () => iamPassword({ iamurl: 'x' } as never)],
    ['auth.project', () => iamPassword({ iamUrl: 'https://x', domain: 'd', username: 'u', password: 'p' } as never)],
    ['options.scopes', () => oauth2ClientCredentials({ scopes: 'x' } as never)],
  ])('a wrong %s is refused when the credential is made', (field, make) => {
    let error: unknown
    try {
      make()
    } catch (thrown) {
      error = thrown
    }
    if (!isStopError(error)) throw new Error('no error')
    expect(error).toMatchObject({ code: 'invalid_argument' })
    expect(error.message).toContain(`${field}:`)
    expect(String(error.stack)).not.toContain('canary-secret')
  })
})

test('a refusal by a server whose clock is far away says both times', async () => {
  const refused = { error_code: 'APIGW.0303', error_msg: 'Incorrect app authentication information' }
  const auth = akSk({ accessKeyId: 'AK', secretAccessKey: 'SK' }, { clock: () => new Date('2026-01-02T03:04:05Z') })
  const stopAt = async (date: Date) => {
    await using server = await startRecorder(() => ({
      status: 401,
      headers: { date: date.toUTCString() },
      body: refused,
    }))
    const system = functionGraph({ baseUrl: server.url, auth })
    const error: unknown = await system.stop({ functionUrn: ids.urn, requestId: ids.uuid }).catch((thrown) => thrown)
    // A wrong signature is not worth a second try: keys lock.
    expect(server.requests).toHaveLength(1)
    expect(error).toMatchObject({ code: 'unauthenticated', attempts: 1 })
    return String(error)
  }
  expect(await stopAt(new Date('2020-01-02T03:04:05Z'))).toMatch(
    /the clocks differ: here 20\d\d-.+Z, there 2020-01-02T03:04:05.000Z/,
  )
  expect(await stopAt(new Date())).not.toContain('clocks')
})
