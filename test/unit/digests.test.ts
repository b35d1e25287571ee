/** The vendors' signatures over node:crypto and over WebCrypto: whichever a runtime has, they are the same. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hmacSha256Hex, sha256Hex } from '../../src/core/credential/digest.js'
import { signAcs3 } from '../../src/systems/function-compute/acs3.js'
import { signSdkHmac } from '../../src/systems/functiongraph/ak-sk.js'
import vectors from '../fixtures/signing-vectors.json' with { type: 'json' }
import { withoutBuiltins } from '../support/without-builtins.js'

const { huawei, acs3 } = vectors.publishedDocExamples

/** `20260102T030405Z` or `2026-01-02T03:04:05Z`. */
const dateOf = (text: string): Date =>
  new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))

const withQuery = (url: string, query: Readonly<Record<string, string>>): URL => {
  const made = new URL(url)
  for (const [name, value] of Object.entries(query)) made.searchParams.set(name, value)
  return made
}

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe.each([
  ['node:crypto', undefined],
  ['WebCrypto', withoutBuiltins['has no such module']],
])('over %s', (_, prepare) => {
  beforeEach(() => prepare?.())

  test.each(vectors.sdkHmacSha256)('SDK-HMAC-SHA256, $name', async ({ headers, ...vector }) => {
    const url = withQuery(vector.url, vector.query)
    const signed = await signSdkHmac(
      { method: vector.method, url, headers: { 'content-type': headers['content-type'] }, body: vector.body ?? '' },
      { accessKeyId: vector.ak, secretAccessKey: vector.sk, projectId: headers['X-Project-Id'] },
      dateOf(headers['X-Sdk-Date']),
    )
    expect(signed['authorization']).toBe(vector.authorization)
  })

  test.each(vectors.acs3)('ACS3-HMAC-SHA256, $name', async ({ headers, accessKeyId, accessKeySecret, ...vector }) => {
    const url = withQuery(`https://${headers.host}${vector.path}`, vector.query)
    const signed = await signAcs3(
      { method: vector.method, url, headers: {}, body: '' },
      { accessKeyId, accessKeySecret, securityToken: vector.securityToken ?? undefined },
      {
        action: headers['x-acs-action'],
        version: headers['x-acs-version'],
        now: dateOf(headers['x-acs-date']),
        nonce: headers['x-acs-signature-nonce'],
      },
    )
    expect(signed['authorization']).toBe(vector.authorization)
    expect(signed['x-acs-content-sha256']).toBe(headers['x-acs-content-sha256'])
  })

  test('the worked examples of the guides', async () => {
    const { input } = huawei
    const ofHuawei = await signSdkHmac(
      { method: input.method, url: new URL(input.url), headers: { 'content-type': 'application/json' }, body: '' },
      { accessKeyId: input.ak, secretAccessKey: input.sk },
      dateOf(input['x-sdk-date']),
    )
    expect(ofHuawei['authorization']).toContain(`Signature=${huawei.signature}`)
    const { host, path, query, method, ak, sk, action, version, date, nonce } = acs3.input
    const ofAlibaba = await signAcs3(
      { method, url: new URL(`https://${host}${path}?${query}`), headers: {}, body: '' },
      { accessKeyId: ak, accessKeySecret: sk },
      { action, version, now: dateOf(date), nonce },
    )
    expect(ofAlibaba['authorization']).toContain(`Signature=${acs3.signature}`)
  })

  // RFC 4231, test case 2, and FIPS 180-2; a lone surrogate is U+FFFD in UTF-8.
  test.each([
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['é€😀', 'df9226927fd572c1ee66eec85de1bb139497614899f36e4e90474cb71f6ef9d0'],
    ['\ud800', '83d544ccc223c057d2bf80d3f2a32982c32c3c0db8e2674820da5064783fb097'],
  ])('SHA-256 of %j', async (text, expected) => {
    expect(await sha256Hex(text)).toBe(expected)
  })

  test('HMAC-SHA-256', async () => {
    expect(await hmacSha256Hex('Jefe', 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })
})

test('node:crypto answers at once', () => {
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(hmacSha256Hex('key', 'text')).toMatch(/^[0-9a-f]{64}$/)
})

test.each(Object.entries(withoutBuiltins))('a runtime that %s gets WebCrypto', async (_, prepare) => {
  prepare()
  const hash = sha256Hex('abc')
  const hmac = hmacSha256Hex('key', 'text')
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  expect([hash, hmac]).toEqual([expect.any(Promise), expect.any(Promise)])
  expect([await hash, await hmac]).toEqual([sha256Hex('abc'), hmacSha256Hex('key', 'text')])
})
