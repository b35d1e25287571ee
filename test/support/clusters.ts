/** Clusters behind TLS that ask for a client certificate. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { issue, makeAuthority, type Pair } from './certificates.js'

interface Cluster {
  readonly baseUrl: string
  /** The requests that it took, each with the name in its certificate. */
  readonly seen: readonly string[]
}

interface Insisting extends Cluster {
  /** The authority of its own certificate. */
  readonly ca: string
  /** How many handshakes it refused. */
  asked(): number
}

interface Clusters {
  verifying(own: Pair, trusted: string): Promise<Cluster>
  insisting(trusted: Pair): Promise<Insisting>
  close(): void
}

export function startClusters(): Clusters {
  const servers: Server[] = []

  /** A cluster: it wants a certificate of the authority, and answers as the gateway does when it does not get one. */
  async function verifying(own: Pair, trusted: string): Promise<Cluster> {
    const seen: string[] = []
    const options = { ...own, ca: trusted, requestCert: true, rejectUnauthorized: false }
    const server = createServer(options, (request, response) => {
      const socket = request.socket as TLSSocket
      // A session that is resumed counts as authorized also where there was no certificate at all.
      const name: unknown = socket.getPeerCertificate().subject?.CN
      if (!socket.authorized || name === undefined) {
        return response.writeHead(403, 'Client certificate required').end()
      }
      seen.push(`${request.method} of ${name}`)
      return response.writeHead(request.method === 'GET' ? 204 : 200).end()
    })
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
  }

  /** Its alert comes when the handshake has ended here; it takes signatures by RSA only, and the client has none. */
  async function insisting(authority: Pair): Promise<Insisting> {
    const seen: string[] = []
    let asked = 0
    const signer = await makeAuthority('authority of the cluster', 'rsa')
    const own = await issue(signer, 'cluster', false, 'rsa')
    const tls = { minVersion: 'TLSv1.3', sigalgs: 'rsa_pss_rsae_sha256:rsa_pkcs1_sha256' } as const
    const options = { ...own, ...tls, ca: authority.cert, requestCert: true, rejectUnauthorized: true }
    const server = createServer(options, (request, response) => {
      seen.push(String(request.method))
      response.end()
    })
    server.on('tlsClientError', () => {
      asked += 1
    })
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return { baseUrl: `https://127.0.0.1:${port}`, ca: signer.cert, seen, asked: () => asked }
  }

  const close = (): void => {
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
  }
  return { verifying, insisting, close }
}
