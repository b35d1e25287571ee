/** mTLS against a real TLS server, with a test authority. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { clientCertificate, isStopError, restate, serviceFabric } from 'allstop'
import * as undici from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issue, makeAuthority, type Pair } from '../support/certificates.js'
import { ids } from '../support/systems.js'

let authority: Pair
let other: Pair
let client: Pair
const servers: Server[] = []

beforeAll(async () => {
  ;[authority, other] = await Promise.all([makeAuthority('test authority'), makeAuthority('another authority')])
  client = await issue(authority, 'operator')
})
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/** A cluster: it wants a certificate of the authority, and answers as the gateway does when it does not get one. */
async function cluster(own: Pair, trusted = authority.cert): Promise<{ baseUrl: string; seen: string[] }> {
  const seen: string[] = []
  const options = { ...own, ca: trusted, requestCert: true, rejectUnauthorized: false }
  const server = createServer(options, (request, response) => {
    const socket = request.socket as TLSSocket
    if (!socket.authorized) return response.writeHead(403, 'Client certificate required').end()
    seen.push(String(socket.getPeerCertificate().subject.CN))
    return response.writeHead(200).end()
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

const target = { applicationId: 'fabric:/shop/orders' }

test('a certificate is shown, and the application is gone', async () => {
  const { baseUrl, seen } = await cluster(await issue(authority, 'cluster'))
  const system = serviceFabric({ baseUrl, fetch: clientCertificate({ undici, ...client, ca: authority.cert }) })
  expect(await system.stop(target)).toMatchObject({ outcome: 'stopped', httpStatus: 200 })
  expect(await system.stop(target)).toMatchObject({ outcome: 'stopped' })
  expect(seen).toEqual(['operator', 'operator'])
})

test('a PFX does as well', async () => {
  const fixture = (name: string) => readFile(new URL(`../fixtures/${name}`, import.meta.url))
  const { baseUrl, seen } = await cluster(await issue(authority, 'cluster'), String(await fixture('pfx-authority.pem')))
  const fetch = clientCertificate({ undici, pfx: await fixture('client.p12'), passphrase: 'test', ca: authority.cert })
  expect(await serviceFabric({ baseUrl, fetch }).stop(target)).toMatchObject({ outcome: 'stopped' })
  expect(seen).toEqual(['operator from a PFX'])
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

  test('the server’s certificate is of another authority', async () => {
    const error = await errorOf(await issue(other, 'cluster'), client)
    expect(error).toMatchObject({ code: 'unavailable', ambiguous: false })
    expect(String(error)).toMatch(/TLS connection refused \((?:UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER)/)
  })

  test('the server’s certificate has expired', async () => {
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

test.each([
  ['undici', {}],
  ['auth', { undici }],
  ['auth', { undici, cert: 'x' }],
])('a wrong %s is refused when it is made', (field, options) => {
  expect(() => clientCertificate(options as never)).toThrow(new RegExp(field))
})
