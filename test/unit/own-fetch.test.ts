/**
 * What the fetch of Bun and Deno says of a connection that was not made. Their errors are copied from Bun 1.4 and Deno 2.9;
 * `npm run runtimes` asks the runtimes themselves.
 */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { asConnectFailure } from '../../src/core/http/connect-failure.js'
import { isCertificateRefused, isWrongAddress, readNetworkFailure } from '../../src/core/http/network.js'
import { ownFetch } from '../../src/core/http/own-fetch.js'

afterEach(() => vi.unstubAllGlobals())

const inBun = (code: string, message: string): Error => Object.assign(new TypeError(message), { code, errno: 0 })
const inDeno = (message: string): Error => new TypeError('fetch failed', { cause: new Error(message) })
const connecting = (words: string): Error =>
  inDeno(`error sending request for url (http://127.0.0.1:9/x): client error (Connect): ${words}`)

const refused = inBun('ECONNREFUSED', 'ECONNREFUSED: Unable to connect. Is the computer able to access the url?')
const lost = inDeno('Connection reset by peer (os error 104)')

describe('nothing was sent', () => {
  test.each([
    ['Bun, refused', refused, 'connection refused'],
    ['Bun 1.0, refused', inBun('ConnectionRefused', 'Unable to connect.'), 'connection refused'],
    ['Bun, no socket', inBun('FailedToOpenSocket', 'Was there a typo?'), 'connection refused'],
    ['Bun, name', inBun('ENOTFOUND', 'getaddrinfo ENOTFOUND a.invalid'), 'host name not found'],
    ['Bun, certificate', inBun('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to'), 'TLS connection refused (UNABLE_TO_V'],
    ['Bun, no TLS', inBun('EPROTO', 'EPROTO: The TLS handshake failed.'), 'TLS connection refused (EPROTO)'],
    ['Deno, refused', connecting('tcp connect error: Connection refused (os error 111)'), 'connection refused'],
    ['Deno, on macOS', connecting('tcp connect error: Connection refused (os error 61)'), 'connection refused'],
    ['Deno, host', connecting('tcp connect error: No route to host (os error 113)'), 'host unreachable'],
    ['Deno, network', connecting('tcp connect error: Network is unreachable (os error 101)'), 'network unreachable'],
    ['Deno, slow', connecting('tcp connect error: Connection timed out (os error 110)'), 'connecting took too long'],
    [
      'Deno, name',
      connecting('dns error: failed to lookup address information: Name or service not known'),
      'host name not found',
    ],
    [
      'Deno, name server',
      connecting('dns error: failed to lookup address information: Temporary failure in name resolution'),
      'host name cannot be looked up now',
    ],
    ['Deno, issuer', connecting('invalid peer certificate: UnknownIssuer'), 'TLS connection refused (CERT_UNTRUSTED)'],
    ['Deno, expired', connecting('invalid peer certificate: Expired'), 'TLS connection refused (CERT_HAS_EXPIRED)'],
    [
      'Deno, name of the certificate',
      connecting('invalid peer certificate: certificate not valid for name "a"; certificate is only valid for b'),
      'TLS connection refused (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    [
      'Deno, no TLS',
      connecting('received corrupt message of type InvalidContentType'),
      'TLS connection refused (EPROTO)',
    ],
    ['Deno, something else', connecting('received fatal alert: HandshakeFailure'), 'no connection could be made'],
  ])('%s', (_, thrown, text) => {
    const read = readNetworkFailure(asConnectFailure(thrown))
    expect(read).toMatchObject({ code: 'unavailable', mayHaveArrived: false })
    expect(read.text).toContain(text)
  })
})

describe('it may have been sent', () => {
  test.each([
    ['Bun, lost', inBun('ECONNRESET', 'ECONNRESET: The socket connection was closed unexpectedly.')],
    ['Deno, lost', lost],
    [
      'Deno, closed',
      inDeno(
        'error sending request from 127.0.0.1:1 for http://127.0.0.1:2/x (127.0.0.1:2): client error (SendRequest): connection closed before message completed',
      ),
    ],
    ['Deno, without a connection', inDeno('error sending request for url (http://a/x): client error (SendRequest): a')],
    ['Deno, elsewhere', inDeno('a body with error sending request for url (http://a/): client error (Connect): x')],
    ['an error without words', new Error('')],
    ['no error', 'client error (Connect)'],
  ])('%s', (_, thrown) => {
    expect(asConnectFailure(thrown)).toBe(thrown)
    expect(readNetworkFailure(thrown).mayHaveArrived).toBe(true)
  })
})

test('a wrong address is known as one', () => {
  const unknown = asConnectFailure(connecting('dns error: failed: Name or service not known'))
  expect([isWrongAddress(unknown), isCertificateRefused(unknown)]).toEqual([true, false])
  expect(isCertificateRefused(asConnectFailure(connecting('invalid peer certificate: UnknownIssuer')))).toBe(true)
  expect(isWrongAddress(asConnectFailure(connecting('tcp connect error: Connection refused (os error 111)')))).toBe(
    false,
  )
})

describe('the fetch of', () => {
  const sent = (thrown: Error): ReturnType<typeof vi.fn> => {
    const fetch = vi.fn(() => Promise.reject(thrown))
    vi.stubGlobal('fetch', fetch)
    return fetch
  }
  const arrived = (thrown: unknown): boolean => readNetworkFailure(thrown).mayHaveArrived

  test('Bun keeps no connection, so that a refused one proves that nothing was sent', async () => {
    const fetch = sent(refused)
    vi.stubGlobal('Bun', {})
    const own = ownFetch()
    const thrown = await own.fetch('http://a/', { method: 'PUT' }).catch((error: unknown) => error)
    expect(fetch.mock.calls).toEqual([['http://a/', { method: 'PUT', keepalive: false }]])
    expect(arrived(thrown)).toBe(false)
    await own.destroy()
  })

  test('Deno goes through a client that keeps no connection, which is closed', async () => {
    const fetch = sent(connecting('tcp connect error: Connection refused (os error 111)'))
    const client = { close: vi.fn() }
    const createHttpClient = vi.fn(() => client)
    vi.stubGlobal('Deno', { createHttpClient })
    const own = ownFetch()
    const thrown = await own.fetch('http://a/', { method: 'PUT' }).catch((error: unknown) => error)
    expect(createHttpClient.mock.calls).toEqual([[{ poolMaxIdlePerHost: 0 }]])
    expect(fetch.mock.calls).toEqual([['http://a/', { method: 'PUT', client }]])
    expect(arrived(thrown)).toBe(false)
    expect(client.close).not.toHaveBeenCalled()
    await own.destroy()
    expect(client.close).toHaveBeenCalledOnce()
  })

  test.each([
    ['a browser', {}],
    ['Deno without such clients', { Deno: {} }],
  ])('%s may have sent it before, over a connection that was kept', async (_, globals) => {
    const thrown = connecting('tcp connect error: Connection refused (os error 111)')
    const fetch = sent(thrown)
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
    await expect(ownFetch().fetch('http://a/', { method: 'PUT' })).rejects.toBe(thrown)
    expect(fetch.mock.calls).toEqual([['http://a/', { method: 'PUT' }]])
    expect(arrived(thrown)).toBe(true)
  })

  test('any of them gives the answer as it is', async () => {
    const answer = new Response(null)
    vi.stubGlobal('fetch', () => Promise.resolve(answer))
    vi.stubGlobal('Bun', {})
    expect(await ownFetch().fetch('http://a/', {})).toBe(answer)
  })
})
