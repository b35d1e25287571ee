import type { Socket } from 'node:net'
import { fieldsOf } from '../../core/check.js'
import { guarded } from '../../core/identity.js'
import type { Fetch } from '../../core/options.js'
import { refuse } from '../../core/refusal.js'
import { certificateFields, checkCertificate } from './certificate.js'

/** A client certificate: PEM texts, or a PFX. */
export interface ClientCertificateOptions {
  /**
   * The undici package (`import * as undici from 'undici'`): Node's own fetch cannot be given a certificate without one
   * of its dispatchers. It is yours to install, so that only those carry it who need it.
   */
  readonly undici: UndiciLike
  /** The certificate and its chain, PEM. */
  readonly cert?: string | Uint8Array | undefined
  /** Its private key, PEM. */
  readonly key?: string | Uint8Array | undefined
  /** Both in one file, PKCS #12. */
  readonly pfx?: Uint8Array | undefined
  /** The password of the key or of the PFX. @default none */
  readonly passphrase?: string | undefined
  /** The authorities that the cluster's own certificate may come from, PEM. @default those that Node.js knows */
  readonly ca?: string | Uint8Array | undefined
}

/** What is used of undici. */
export interface UndiciLike {
  // Its own types of connectors, requests and answers differ from one version to the next.
  readonly Agent: new (options: {
    connect: never
  }) => unknown
  readonly buildConnector?: (options: never) => unknown
  readonly fetch: (url: never, init: never) => Promise<unknown>
}

/**
 * A fetch that shows a client certificate, for `serviceFabric({ fetch })`. Connections are kept and reused; make one for
 * a cluster, not one for a call.
 * @throws StopError `invalid_argument` when something cannot be read, the passphrase is wrong, or the key is of another
 * certificate
 */
export function clientCertificate(options: ClientCertificateOptions): Fetch {
  const make = (): Fetch => {
    const { undici, ...given } = fieldsOf(options, 'options', ['undici', ...certificateFields])
    if (!isUndici(undici)) refuse('undici', 'must be the undici package: import * as undici from "undici"')
    const connect = checkCertificate(given)
    const dispatcher = new undici.Agent({ connect: hearingAlerts(undici, connect) as never })
    return (url, init) => undici.fetch(url as never, { ...init, dispatcher } as never) as Promise<Response>
  }
  const caller = { system: 'credential', kind: 'credential', called: 'clientCertificate' }
  return guarded(caller, clientCertificate, make, 'client-certificate')
}

/**
 * Under TLS 1.3 a server refuses a certificate after the handshake has ended here. undici hears that alert, and then the
 * end of the connection, which it tells instead: so the connection is ended with the alert.
 */
function hearingAlerts({ buildConnector }: UndiciLike, options: object): unknown {
  if (buildConnector === undefined) return options
  const connect = buildConnector(options as never) as Connect
  const wrapped: Connect = (to, tell) =>
    connect(to, (error, socket) => {
      socket?.on('error', (alert) => socket.destroy(alert))
      tell(error, socket)
    })
  return wrapped
}

/** How undici connects: it tells of an error, or of a socket. */
type Connect = (to: unknown, tell: (error: Error | null, socket: Socket | null) => void) => void

function isUndici(value: unknown): value is UndiciLike {
  const { Agent, fetch } = (value ?? {}) as Partial<UndiciLike>
  return typeof Agent === 'function' && typeof fetch === 'function'
}
