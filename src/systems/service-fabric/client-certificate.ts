import { certificateFields, checkCertificate } from '../../core/check/certificate.js'
import { fieldsOf } from '../../core/check/check.js'
import { hearingAlerts } from '../../core/http/alerts.js'
import type { Fetch } from '../../core/http/fetch.js'
import { guarded } from '../../core/words/identity.js'
import { refuse } from '../../core/words/refusal.js'

/** The options of {@link clientCertificate}: `cert` and `key` as PEM, or `pfx`. */
export interface ClientCertificateOptions {
  /**
   * The undici package (`import * as undici from 'undici'`). Node's own fetch accepts no certificate without a dispatcher
   * of undici. You install undici yourself, so that only users of certificates need it.
   */
  readonly undici: UndiciLike
  /** The certificate and its chain, as PEM. */
  readonly cert?: string | Uint8Array | undefined
  /** The private key of the certificate, as PEM. */
  readonly key?: string | Uint8Array | undefined
  /** Certificate and key in one file, as PKCS #12. */
  readonly pfx?: Uint8Array | undefined
  /** The password of the key or of the PFX. @default none */
  readonly passphrase?: string | undefined
  /** The certificate authorities to trust for the cluster's certificate, as PEM. @default those of Node.js */
  readonly ca?: string | Uint8Array | undefined
}

/** The parts of undici that are used. */
export interface UndiciLike {
  // The types of connectors, requests and answers differ between the versions of undici.
  readonly Agent: new (options: {
    connect: never
  }) => unknown
  readonly buildConnector?: (options: never) => unknown
  readonly fetch: (url: never, init: never) => Promise<unknown>
}

/**
 * Makes a fetch that uses a client certificate, for `serviceFabric({ fetch })`. It reuses connections, so make one for a
 * cluster, not one for each call.
 * @throws StopError `invalid_argument` when an option cannot be read, the passphrase is wrong, or the key belongs to
 * another certificate
 */
export function clientCertificate(options: ClientCertificateOptions): Fetch {
  const make = (): Fetch => {
    const { undici, ...given } = fieldsOf(options, 'options', ['undici', ...certificateFields])
    if (!isUndici(undici)) refuse('undici', 'must be the undici package: import * as undici from "undici"')
    const connect = checkCertificate(given)
    const dispatcher = new undici.Agent({ connect: connector(undici, connect) as never })
    return (url, init) => undici.fetch(url as never, { ...init, dispatcher } as never) as Promise<Response>
  }
  const caller = { system: 'credential', kind: 'credential', called: 'clientCertificate' }
  return guarded(caller, clientCertificate, make, 'client-certificate')
}

function connector({ buildConnector }: UndiciLike, options: object): unknown {
  return buildConnector === undefined ? options : hearingAlerts(buildConnector(options as never) as never)
}

function isUndici(value: unknown): value is UndiciLike {
  const { Agent, fetch } = (value ?? {}) as Partial<UndiciLike>
  return typeof Agent === 'function' && typeof fetch === 'function'
}
