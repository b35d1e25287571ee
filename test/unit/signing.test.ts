/** The signers against the vendors' worked examples and against what their own signers made. */
import { describe, expect, test } from 'vitest'
import { canonicalPath, canonicalQuery, rfc3986, sha256Hex } from '../../src/core/credential/digest.js'
import { actionOf, signAcs3 } from '../../src/systems/function-compute/acs3.js'
import { signSdkHmac } from '../../src/systems/functiongraph/ak-sk.js'
import vectors from '../fixtures/signing-vectors.json' with { type: 'json' }

const withQuery = (url: string, query: Readonly<Record<string, string>>): URL => {
  const made = new URL(url)
  for (const [name, value] of Object.entries(query)) made.searchParams.set(name, value)
  return made
}

/** `20260102T030405Z` or `2026-01-02T03:04:05Z`. */
const dateOf = (text: string): Date =>
  new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))

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

describe('ACS3-HMAC-SHA256', () => {
  test.each(vectors.acs3)('$name', async (vector) => {
    const { headers } = vector
    const url = withQuery(`https://${headers.host}${vector.path}`, vector.query)
    // The name of the operation is found by method and path.
    const operation = actionOf({ method: vector.method, url })
    expect(operation).toEqual({ action: headers['x-acs-action'], version: headers['x-acs-version'] })
    const signed = await signAcs3(
      { method: vector.method, url, headers: {}, body: '' },
      {
        accessKeyId: vector.accessKeyId,
        accessKeySecret: vector.accessKeySecret,
        securityToken: vector.securityToken ?? undefined,
      },
      { ...operation, now: dateOf(headers['x-acs-date']), nonce: headers['x-acs-signature-nonce'] },
    )
    const { authorization, ...others } = signed
    expect(authorization).toBe(vector.authorization)
    const { host: _, ...expected } = headers
    expect(others).toEqual(expected)
  })

  test('the worked example of the guide', async () => {
    const { input, signature } = vectors.publishedDocExamples.acs3
    const { authorization } = await signAcs3(
      {
        method: input.method,
        url: new URL(`https://${input.host}${input.path}?${input.query}`),
        headers: {},
        body: '',
      },
      { accessKeyId: input.ak, accessKeySecret: input.sk },
      { action: input.action, version: input.version, now: dateOf(input.date), nonce: input.nonce },
    )
    expect(authorization).toContain(`Signature=${signature}`)
  })

  test('a path prefix is no hindrance, and another operation is refused', () => {
    const stop = new URL('https://proxy.example/fc/2023-03-30/functions/f/async-tasks/t/stop')
    expect(actionOf({ method: 'PUT', url: stop })).toEqual({ action: 'StopAsyncTask', version: '2023-03-30' })
    const other = new URL('https://proxy.example/2023-03-30/functions/f')
    expect(() => actionOf({ method: 'DELETE', url: other })).toThrow('acs3() signs only operations')
  })
})

test('the canonical forms', async () => {
  expect(rfc3986("a b!'()*~/:é")).toBe('a%20b%21%27%28%29%2A~%2F%3A%C3%A9')
  expect(canonicalPath('/a/urn:b%3Ac/%C3%A9')).toBe('/a/urn%3Ab%3Ac/%C3%A9')
  expect(canonicalQuery(new URLSearchParams('b=2&a=2&a=1&c='))).toBe('a=1&a=2&b=2&c=')
  expect(await sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})
