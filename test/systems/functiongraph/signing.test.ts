/** The signer against the vendor's worked example and against what the vendor's own signer made. */
import { describe, expect, test } from 'vitest'
import { signSdkHmac } from '../../../src/systems/functiongraph/ak-sk.js'
import { dateOf, vectors, withQuery } from '../../support/vectors.js'

describe('SDK-HMAC-SHA256', () => {
  test.each(vectors.sdkHmacSha256)('$name', async (vector) => {
    const { headers } = vector
    const signed = await signSdkHmac(
      {
        method: vector.method,
        url: withQuery(vector.url, vector.query),
        headers: { 'content-type': headers['content-type'] },
        body: vector.body ?? '',
      },
      { accessKeyId: vector.ak, secretAccessKey: vector.sk, projectId: headers['X-Project-Id'] },
      dateOf(headers['X-Sdk-Date']),
    )
    expect(signed['authorization']).toBe(vector.authorization)
    expect(signed['x-sdk-date']).toBe(headers['X-Sdk-Date'])
    expect(signed['x-project-id']).toBe(headers['X-Project-Id'])
  })

  test('the worked example of the guide', async () => {
    const { input, signature } = vectors.publishedDocExamples.huawei
    const { authorization } = await signSdkHmac(
      { method: input.method, url: new URL(input.url), headers: { 'content-type': 'application/json' }, body: '' },
      { accessKeyId: input.ak, secretAccessKey: input.sk },
      dateOf(input['x-sdk-date']),
    )
    expect(authorization).toBe(
      `SDK-HMAC-SHA256 Access=${input.ak}, SignedHeaders=${input.signedHeaders}, Signature=${signature}`,
    )
  })

  test('a path with a slash at its end is signed like one without', async () => {
    const sign = (path: string) => {
      const request = { method: 'GET', url: new URL(`https://host.example/v2/p${path}`), headers: {}, body: '' }
      return signSdkHmac(request, { accessKeyId: 'AK', secretAccessKey: 'SK' }, new Date(0))
    }
    expect(await sign('/')).toEqual(await sign(''))
  })

  test('a temporary key sends and signs its token', async () => {
    const signed = await signSdkHmac(
      { method: 'GET', url: new URL('https://host.example/v2/p'), headers: {}, body: '' },
      { accessKeyId: 'AK', secretAccessKey: 'SK', securityToken: 'token' },
      new Date(0),
    )
    expect(signed['x-security-token']).toBe('token')
    expect(signed['authorization']).toContain('SignedHeaders=host;x-sdk-date;x-security-token,')
  })
})
