import { guarded } from '../../core/identity.js'
import type { Fetch } from '../../core/options.js'
import { refuse } from '../../core/refusal.js'

/** A client certificate: PEM texts, or a PFX. */
export interface ClientCertificateOptions {
  /**
   * The undici package (`import * as undici from 'undici'`): Node's own fetch cannot be given a certificate without one
   * of its dispatchers. It is yours to install, so that only those carry it who need it.
   */
  readonly undici: UndiciLike
  /** The certificate and its chain, PEM. */
  readonly cert?: string | Buffer | undefined
  /** Its private key, PEM. */
  readonly key?: string | Buffer | undefined
  /** Both in one file, PKCS #12. */
  readonly pfx?: Buffer | undefined
  /** The password of the key or of the PFX. @default none */
  readonly passphrase?: string | undefined
  /** The authorities that the cluster's own certificate may come from, PEM. @default those that Node.js knows */
  readonly ca?: string | Buffer | undefined
}

/** What is used of undici. */
export interface UndiciLike {
  readonly Agent: new (options: { connect: Record<string, unknown> }) => unknown
  // Its own types of requests and answers are those of fetch, under other names.
  readonly fetch: (url: never, init: never) => Promise<unknown>
}

/**
 * A fetch that shows a client certificate, for `serviceFabric({ fetch })`. Connections are kept and reused; make one for
 * a cluster, not one for a call.
 */
export function clientCertificate(options: ClientCertificateOptions): Fetch {
  return guarded({ system: 'credential', kind: 'credential' }, 'client-certificate', () => {
    const { undici, cert, key, pfx, passphrase, ca } = options
    if (typeof undici?.Agent !== 'function' || typeof undici.fetch !== 'function') {
      refuse('undici', 'must be the undici package: import * as undici from "undici"')
    }
    if (pfx === undefined && (cert === undefined || key === undefined)) refuse('auth', 'needs cert and key, or pfx')
    const all = { cert, key, pfx, passphrase, ca }
    const connect = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
    const dispatcher = new undici.Agent({ connect })
    return (url, init) => undici.fetch(url as never, { ...init, dispatcher } as never) as Promise<Response>
  })
}
