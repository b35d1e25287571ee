/** `tls` of a factory, against real servers: what is trusted, what is shown, and what a refusal says. */
import { readFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import {
  enterpriseScheduler,
  isStopError,
  oauth2ClientCredentials,
  restate,
  type StopError,
  serviceFabric,
  type TlsOptions,
} from 'allstop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issue, makeAuthority, type Pair } from '../support/certificates.js'
import { startClusters } from '../support/clusters.js'

const clusters = startClusters()
let authority: Pair
let other: Pair
let client: Pair
beforeAll(async () => {
  ;[authority, other] = await Promise.all([makeAuthority('test authority'), makeAuthority('another authority')])
  client = await issue(authority, 'operator')
})
afterAll(() => clusters.close())

const target = { applicationId: 'fabric:/shop/orders' }
const bytes = (text: string) => new TextEncoder().encode(text)

async function errorOf(stop: Promise<unknown>): Promise<StopError> {
  const error = await stop.catch((thrown: unknown) => thrown)
  if (!isStopError(error)) throw new Error(`no error: ${inspect(error)}`)
  return error
}

describe('a certificate is shown', () => {
  const stop = async (tls: TlsOptions, own?: Pair, trusted = authority.cert) => {
    const { baseUrl, seen } = await clusters.verifying(own ?? (await issue(authority, 'cluster')), trusted)
    await using system = serviceFabric({ baseUrl, tls })
    return { receipt: await system.stop(target, { mode: 'force' }), seen }
  }

  test('as PEM', async () => {
    const { receipt, seen } = await stop({ ca: authority.cert, ...client })
    expect(receipt).toMatchObject({ outcome: 'stopped' })
    expect(seen).toEqual(['POST of operator'])
  })

  test('as bytes', async () => {
    const { cert, key } = client
    const { seen } = await stop({ ca: bytes(authority.cert), cert: bytes(cert), key: bytes(key) })
    expect(seen).toEqual(['POST of operator'])
  })

  test('as PFX with its passphrase', async () => {
    const fixture = (name: string) => readFile(new URL(`../fixtures/${name}`, import.meta.url))
    const pfx = await fixture('client.p12')
    const { seen } = await stop(
      { ca: authority.cert, pfx, passphrase: 'test' },
      undefined,
      String(await fixture('pfx-authority.pem')),
    )
    expect(seen).toEqual(['POST of operator from a PFX'])
  })

  test('to a server of another name, where that is asked for', async () => {
    const named = await issue(authority, 'cluster')
    const { baseUrl, seen } = await clusters.verifying(named, authority.cert)
    const error = await errorOf(
      serviceFabric({ baseUrl, tls: { ca: authority.cert, ...client, servername: 'elsewhere.test' } }).stop(target),
    )
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: false })
    expect(error.message).toMatch(/TLS connection refused \(ERR_TLS_CERT_ALTNAME_INVALID\)/)
    expect(seen).toEqual([])
    const tls = { ca: authority.cert, ...client, servername: 'cluster.test' }
    const byName = await issue(authority, 'cluster', false, 'ec', 'cluster.test')
    expect((await stop(tls, byName)).seen).toEqual(['POST of operator'])
    // Without the option, the name of the address counts.
    const { servername: _, ...unnamed } = tls
    await expect(stop(unnamed, byName)).rejects.toMatchObject({ code: 'unavailable', ambiguous: false })
  })
})

describe('a clear error each, which is not ambiguous', () => {
  test.each<[string, () => Promise<Pair>, object]>([
    ["the server's certificate is of another authority", () => issue(other, 'cluster'), { code: 'unavailable' }],
    ["the server's certificate has expired", () => issue(authority, 'cluster', true), { code: 'unavailable' }],
  ])('%s', async (_, own, error) => {
    const { baseUrl, seen } = await clusters.verifying(await own(), authority.cert)
    const system = serviceFabric({ baseUrl, tls: { ca: authority.cert, ...client } })
    const thrown = await errorOf(system.stop(target, { mode: 'force' }))
    expect(thrown).toMatchObject({ ...error, ambiguous: false, attempts: 1 })
    expect(thrown.message).toContain('TLS connection refused')
    expect(seen).toEqual([])
  })

  test('without `ca`, the authorities of Node.js are trusted, and no other', async () => {
    const { baseUrl, seen } = await clusters.verifying(await issue(authority, 'cluster'), authority.cert)
    for (const tls of [undefined, {}, client]) {
      const error = await errorOf(serviceFabric({ baseUrl, tls }).stop(target, { mode: 'force' }))
      expect(error).toMatchObject({ code: 'unavailable', ambiguous: false, attempts: 1 })
      expect(error.message).toMatch(/NODE_EXTRA_CA_CERTS .*`ca` in `tls`/)
    }
    expect(seen).toEqual([])
  })

  test.each(['of another authority', 'that has expired', 'there is none'])('a client certificate %s', async (what) => {
    const { baseUrl, seen } = await clusters.verifying(await issue(authority, 'cluster'), authority.cert)
    const shown =
      what === 'there is none'
        ? {}
        : await issue(what.includes('another') ? other : authority, 'x', what.includes('expired'))
    const system = serviceFabric({ baseUrl, tls: { ca: authority.cert, ...shown } })
    expect(await errorOf(system.stop(target))).toMatchObject({ code: 'unauthenticated', httpStatus: 403 })
    expect(seen).toEqual([])
  })

  test('a server that refuses the client certificate under TLS 1.3', async () => {
    const { baseUrl, ca, seen, asked } = await clusters.insisting(authority)
    const error = await errorOf(serviceFabric({ baseUrl, tls: { ...client, ca } }).stop(target, { mode: 'force' }))
    expect(error).toMatchObject({ code: 'unauthenticated', ambiguous: false, attempts: 1 })
    expect(error.message).toBe(
      'service-fabric stop: the server did not accept the client certificate, or requires one ' +
        `(ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED) at ${new URL(baseUrl).host}, while asking ` +
        'POST /Applications/shop~orders/$/Delete; check `cert` and `key` of `tls` or clientCertificate()',
    )
    expect([seen, asked()]).toEqual([[], 1])
  })
})

describe('a refusal names the field, and shows nothing', () => {
  test.each<[string, () => unknown]>([
    ['tls', () => 'secret-x'],
    ['tls', () => null],
    ['tls.passfrase', () => ({ passfrase: 'secret-x' })],
    ['tls.cert', () => ({ ...client, cert: 'secret-x' })],
    ['tls.cert', () => ({ ...client, cert: client.key })],
    ['tls.cert', () => ({ key: client.key })],
    ['tls.key', () => ({ cert: client.cert })],
    ['tls.key', () => ({ ...client, key: 'secret-x' })],
    ['tls.key', () => ({ ...client, key: authority.key })],
    ['tls.key', () => ({ ...client, key: '' })],
    ['tls.pfx', () => ({ pfx: Buffer.from('secret-x') })],
    ['tls.pfx', () => ({ pfx: 'secret-x' })],
    ['tls.passphrase', () => ({ ...client, passphrase: 7 })],
    ['tls.ca', () => ({ ca: 'secret-x' })],
    ['tls.ca', () => ({ ca: 7 })],
    ['tls.servername', () => ({ servername: '' })],
    ['tls.servername', () => ({ servername: 7 })],
  ])('%s', (field, make) => {
    const tls = make() as TlsOptions
    const tokenUrl = 'https://127.0.0.1:9/token'
    const factories: [string, () => unknown][] = [
      ['serviceFabric', () => serviceFabric({ baseUrl: 'https://127.0.0.1:9', tls })],
      ['restate', () => restate({ baseUrl: 'https://127.0.0.1:9', tls })],
      ['oauth2', () => oauth2ClientCredentials({ tokenUrl, clientId: 'c', clientSecret: 's', scope: 's', tls })],
    ]
    for (const [name, factory] of factories) {
      let error: unknown = `${name} took it`
      try {
        factory()
      } catch (thrown) {
        error = thrown
      }
      if (!isStopError(error)) throw error
      expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
      expect(error.message).toContain(`${field}: `)
      const shown = inspect(error, { depth: 10 })
      expect(shown).not.toContain('secret-x')
      expect(shown).not.toContain('-----BEGIN')
      expect(shown).not.toContain(client.key.split('\n')[1])
    }
  })
})

test('a token is asked for with the certificate of the credential, over a connection that is closed', async () => {
  const { baseUrl, seen } = await clusters.verifying(await issue(authority, 'endpoint'), authority.cert)
  const auth = oauth2ClientCredentials({
    ...{ tokenUrl: `${baseUrl}/token`, clientId: 'c', clientSecret: 's-0123456789', scope: 's' },
    tls: { ca: authority.cert, ...client },
  })
  const system = enterpriseScheduler({ baseUrl, auth })
  // It answers 200 without a token.
  expect(await errorOf(system.stop({ requestId: '1' }, { retry: false }))).toMatchObject({ code: 'protocol' })
  expect(seen).toEqual(['POST of operator'])
})
