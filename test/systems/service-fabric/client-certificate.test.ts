/** mTLS against a real TLS server, with a test authority. */
import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { clientCertificate, isStopError, restate, serviceFabric } from 'allstop'
import * as undici from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issue, makeAuthority, type Pair } from '../../support/certificates.js'
import { startClusters } from '../../support/clusters.js'
import { ids } from '../../support/systems.js'

let authority: Pair
let other: Pair
let client: Pair
const clusters = startClusters()
const cluster = (own: Pair, trusted = authority.cert) => clusters.verifying(own, trusted)
const insisting = () => clusters.insisting(authority)

beforeAll(async () => {
  ;[authority, other] = await Promise.all([makeAuthority('test authority'), makeAuthority('another authority')])
  client = await issue(authority, 'operator')
})
afterAll(() => clusters.close())

const target = { applicationId: 'fabric:/shop/orders' }

test('a certificate is shown, and the application is gone', async () => {
  const { baseUrl, seen } = await cluster(await issue(authority, 'cluster'))
  const system = serviceFabric({ baseUrl, fetch: clientCertificate({ undici, ...client, ca: authority.cert }) })
  expect(await system.stop(target)).toMatchObject({ outcome: 'stopped', httpStatus: 200 })
  expect(await system.stop(target)).toMatchObject({ outcome: 'stopped' })
  expect(seen).toEqual(['GET of operator', 'POST of operator', 'GET of operator', 'POST of operator'])
})

test('a PFX does as well', async () => {
  const fixture = (name: string) => readFile(new URL(`../../fixtures/${name}`, import.meta.url))
  const { baseUrl, seen } = await cluster(await issue(authority, 'cluster'), String(await fixture('pfx-authority.pem')))
  const fetch = clientCertificate({ undici, pfx: await fixture('client.p12'), passphrase: 'test', ca: authority.cert })
  expect(await serviceFabric({ baseUrl, fetch }).stop(target)).toMatchObject({ outcome: 'stopped' })
  expect(seen).toEqual(['GET of operator from a PFX', 'POST of operator from a PFX'])
})

describe('a clear error each', () => {
  async function errorOf(server: Pair, own: Pair | undefined): Promise<unknown> {
    const { baseUrl, seen } = await cluster(server)
    const agent = new undici.Agent({ connect: { ca: authority.cert } })
    const withoutCertificate = (url: string, init: RequestInit) =>
      undici.fetch(url, { ...init, dispatcher: agent } as never) as unknown as Promise<Response>
    const fetch = own === undefined ? withoutCertificate : clientCertificate({ undici, ...own, ca: authority.cert })
    const error = await serviceFabric({ baseUrl, fetch })
      .stop(target)
      .catch((thrown: unknown) => thrown)
    expect(seen).toEqual([])
    if (!isStopError(error)) throw error
    return error
  }

  test("the server's certificate is of another authority", async () => {
    const error = await errorOf(await issue(other, 'cluster'), client)
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: false })
    expect(String(error)).toMatch(/TLS connection refused \((?:UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER)/)
    expect(String(error)).toMatch(
      / at 127\.0\.0\.1:\d+, while asking POST .*; to trust .* NODE_EXTRA_CA_CERTS .* `ca` /,
    )
  })

  test("the server's certificate has expired", async () => {
    const error = await errorOf(await issue(authority, 'cluster', true), client)
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: false })
    expect(String(error)).toContain('CERT_HAS_EXPIRED')
  })

  test('there is no client certificate', async () => {
    const error = await errorOf(await issue(authority, 'cluster'), undefined)
    expect(error).toMatchObject({ code: 'unauthenticated', httpStatus: 403 })
    expect(String(error)).toContain('did not accept the client certificate')
  })

  test('the client certificate is of another authority', async () => {
    const error = await errorOf(await issue(authority, 'cluster'), await issue(other, 'stranger'))
    expect(error).toMatchObject({ code: 'unauthenticated', httpStatus: 403 })
  })

  test('the client certificate has expired', async () => {
    const error = await errorOf(await issue(authority, 'cluster'), await issue(authority, 'operator', true))
    expect(error).toMatchObject({ code: 'unauthenticated', httpStatus: 403 })
  })

  test('plain http where TLS is spoken', async () => {
    const { baseUrl } = await cluster(await issue(authority, 'cluster'))
    const system = serviceFabric({ baseUrl: baseUrl.replace('https:', 'http:') })
    await expect(system.stop(target)).rejects.toMatchObject({ name: 'StopError', ambiguous: true })
  })

  test('TLS where plain http is spoken', async () => {
    const { createServer: createPlain } = await import('node:http')
    const plain = createPlain((_, response) => response.end()).listen(0, '127.0.0.1')
    await once(plain, 'listening')
    const baseUrl = `https://127.0.0.1:${(plain.address() as AddressInfo).port}`
    const system = restate({ baseUrl, api: 'patch' })
    await expect(system.stop({ invocationId: ids.restate })).rejects.toMatchObject({ code: 'unavailable' })
    plain.closeAllConnections()
    plain.close()
  })
})

describe('a server that insists on a certificate, under TLS 1.3', () => {
  test('its refusal is named, with the place, and not asked for again', async () => {
    const { baseUrl, ca, seen, asked } = await insisting()
    const fetch = clientCertificate({ undici, ...client, ca })
    const stopped = serviceFabric({ baseUrl, fetch }).stop(target, { mode: 'force' })
    const error = await stopped.catch((thrown: unknown) => thrown)
    if (!isStopError(error)) throw error
    // The alert is one of TLS 1.3's handshake, so that the request was not taken.
    expect(error).toMatchObject({ code: 'unauthenticated', ambiguous: false, attempts: 1 })
    expect(error.message).toBe(
      'service-fabric stop: the server did not accept the client certificate, or requires one ' +
        `(ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED) at ${new URL(baseUrl).host}, while asking ` +
        'POST /Applications/shop~orders/$/Delete; check `cert` and `key` of `tls` or clientCertificate()',
    )
    expect([seen, asked()]).toEqual([[], 1])
  })

  test('an undici that cannot be listened to so does what it did', async () => {
    const { baseUrl, ca, seen } = await insisting()
    const { Agent, fetch: fetchOf } = undici
    const fetch = clientCertificate({ undici: { Agent, fetch: fetchOf }, ...client, ca })
    const stopped = serviceFabric({ baseUrl, fetch, retry: false }).stop(target, { mode: 'force' })
    await expect(stopped).rejects.toMatchObject({
      code: 'unavailable',
      ambiguous: true,
      // Nothing proves it, but it is the likely reason.
      message: expect.stringMatching(
        /connection lost \(UND_ERR_SOCKET\) at .*; perhaps the server requires a client certificate /,
      ),
    })
    expect(seen).toEqual([])
  })

  test('a connection that fails stays what it is', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const baseUrl = `https://127.0.0.1:${(closed.address() as AddressInfo).port}`
    closed.close()
    await once(closed, 'close')
    const fetch = clientCertificate({ undici, ...client, ca: authority.cert })
    const stopped = serviceFabric({ baseUrl, fetch, retry: false }).stop(target)
    await expect(stopped).rejects.toMatchObject({ code: 'unavailable', ambiguous: false })
  })
})

describe('what is wrong is said when it is made, by name, and shows nothing', async () => {
  const encrypt = (key: string) =>
    createPrivateKey(key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' })
      .toString()
  const broken = (pem: string) => `${pem.slice(0, 120)}\n${pem.slice(pem.indexOf('-----END'))}`
  const pfx = await readFile(new URL('../../fixtures/client.p12', import.meta.url))
  const wrong: readonly (readonly [what: string, field: string, options: () => object])[] = [
    ['no undici', 'undici', () => ({ undici: undefined, ...client })],
    ['another package', 'undici', () => ({ undici: {}, ...client })],
    ['no certificate', 'cert', () => ({})],
    ['no key', 'key', () => ({ cert: client.cert })],
    ['a misspelt field', 'options.passfrase', () => ({ ...client, passfrase: 'secret-x' })],
    ['no options', 'options', () => null as never],
    ['a certificate that is none', 'cert', () => ({ ...client, cert: 'secret-x' })],
    ['a certificate that is cut', 'cert', () => ({ ...client, cert: broken(client.cert) })],
    ['an empty certificate', 'cert', () => ({ ...client, cert: '' })],
    ['a number as certificate', 'cert', () => ({ ...client, cert: 7 })],
    ['a key as certificate', 'cert', () => ({ ...client, cert: client.key })],
    ['a key that is none', 'key', () => ({ ...client, key: 'secret-x' })],
    ['a key that is cut', 'key', () => ({ ...client, key: broken(client.key) })],
    ['an empty key', 'key', () => ({ ...client, key: new Uint8Array() })],
    ['the key of another certificate', 'key', () => ({ ...client, key: authority.key })],
    ['an encrypted key without its passphrase', 'key', () => ({ ...client, key: encrypt(client.key) })],
    ['a wrong passphrase', 'key', () => ({ ...client, key: encrypt(client.key), passphrase: 'secret-x' })],
    ['a number as passphrase', 'passphrase', () => ({ ...client, passphrase: 7 })],
    ['a PFX that is none', 'pfx', () => ({ pfx: Buffer.from('secret-x') })],
    ['a PFX as text', 'pfx', () => ({ pfx: 'secret-x' })],
    ['a wrong passphrase of a PFX', 'pfx', () => ({ pfx, passphrase: 'secret-x' })],
    ['a PFX without its passphrase', 'pfx', () => ({ pfx })],
    ['an authority that is none', 'ca', () => ({ ...client, ca: 'secret-x' })],
    ['a second authority that is cut', 'ca', () => ({ ...client, ca: `${authority.cert}\n${broken(authority.cert)}` })],
  ]

  test.each(wrong)('%s', (_, field, options) => {
    const given = options() as { key?: string | Uint8Array } | null
    const make = () => clientCertificate((given === null ? given : { undici, ...given }) as never)
    let error: unknown
    try {
      make()
    } catch (thrown) {
      error = thrown
    }
    if (!isStopError(error)) throw error ?? new Error('accepted')
    expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
    expect(error.message).toContain(`clientCertificate: ${field}: `)
    const shown = inspect(error, { depth: 10 })
    expect(shown).not.toContain('secret-x')
    for (const line of String(given?.key ?? '')
      .split('\n')
      .slice(1, -2))
      expect(shown).not.toContain(line)
  })

  test('an encrypted key with its passphrase, and bytes in place of texts, are taken', async () => {
    const { baseUrl, seen } = await cluster(await issue(authority, 'cluster'))
    const bytes = (text: string) => new TextEncoder().encode(text)
    const fetch = clientCertificate({
      undici,
      cert: bytes(client.cert),
      key: bytes(encrypt(client.key)),
      passphrase: 'right',
      ca: bytes(authority.cert),
    })
    expect(await serviceFabric({ baseUrl, fetch }).stop(target)).toMatchObject({ outcome: 'stopped' })
    expect(seen).toEqual(['GET of operator', 'POST of operator'])
  })
})
