/** Signatures of akSk as they arrive, and keys that are refused. */
import { akSk, type Credential, functionGraph, iamPassword } from 'allstop'
import { describe, expect, test } from 'vitest'
import { startRecorder } from '../../support/recorder.js'
import { expectRefusedAtOnce } from '../../support/refused-at-once.js'
import { checked } from '../../support/signatures.js'
import { ids } from '../../support/systems.js'

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

test('the clock is in what is signed', async () => {
  const clock = () => new Date('2026-01-02T03:04:05Z')
  const huawei = await checked('sk', (baseUrl) =>
    functionGraph({ baseUrl, auth: akSk({ accessKeyId: 'a', secretAccessKey: 'sk' }, { clock }) }).stop({
      functionUrn: ids.urn,
      requestId: ids.uuid,
    }),
  )
  expect(huawei.headers['x-sdk-date']).toBe('20260102T030405Z')
})

test.each<[string, () => Credential]>([
  ['auth.secretAccessKey', () => akSk({ accessKeyId: 'a', secretAccessKey: 'canary-secret\n' })],
  ['auth.accessKeyId', () => akSk({ secretAccessKey: 'canary-secret' } as never)],
  ['clock', () => akSk({ accessKeyId: 'a', secretAccessKey: 'b' }, { clock: 1 as never })],
  ['options', () => akSk({ accessKeyId: 'a', secretAccessKey: 'b' }, null as never)],
  ['options.iamurl', () => iamPassword({ iamurl: 'x' } as never)],
  ['auth.project', () => iamPassword({ iamUrl: 'https://x', domain: 'd', username: 'u', password: 'p' } as never)],
])('a wrong %s is refused when the credential is made', (field, make) => {
  expectRefusedAtOnce(field, make)
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
