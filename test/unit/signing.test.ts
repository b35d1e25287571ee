/** What signers are made of, in the forms that the vendors want. */
import { expect, test } from 'vitest'
import { canonicalPath, canonicalQuery, rfc3986, sha256Hex } from '../../src/core/credential/digest.js'

test('the canonical forms', async () => {
  expect(rfc3986("a b!'()*~/:é")).toBe('a%20b%21%27%28%29%2A~%2F%3A%C3%A9')
  expect(canonicalPath('/a/urn:b%3Ac/%C3%A9')).toBe('/a/urn%3Ab%3Ac/%C3%A9')
  expect(canonicalQuery(new URLSearchParams('b=2&a=2&a=1&c='))).toBe('a=1&a=2&b=2&c=')
  expect(await sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})
