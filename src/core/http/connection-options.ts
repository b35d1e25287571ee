import { certificateFields, checkCertificate } from '../check/certificate.js'
import { checkOneOf, fieldsOf } from '../check/check.js'
import { refuse } from '../words/refusal.js'
import type { Dispatcher } from './dispatcher.js'

/** How the connections to a server are made. Only Node.js has these options; elsewhere give a `fetch` of your own. */
export interface ConnectionOptions {
  /**
   * `env`: through the proxy, by http or https, that the environment variables HTTPS_PROXY and HTTP_PROXY name (capital
   * letters or not), except to the hosts of NO_PROXY. @default no proxy
   */
  readonly proxy?: 'env' | undefined
  /** What TLS trusts, and shows. @default the authorities of Node.js, and no certificate */
  readonly tls?: TlsOptions | undefined
  /**
   * A dispatcher of undici 7 or later to send with, such as an `Agent` of your own. It is not closed by `close()`. Do not
   * use one that sends requests again by itself: what it begins a second time is ended with an error.
   * @default a pool of this package
   */
  readonly dispatcher?: Dispatcher | undefined
}

/** What TLS trusts and shows. Texts are PEM; a file is given by its content. */
export interface TlsOptions {
  /** The certificate authorities to trust in the place of those of Node.js. */
  readonly ca?: string | Uint8Array | undefined
  /** The client certificate and its chain. */
  readonly cert?: string | Uint8Array | undefined
  /** The private key of the client certificate. */
  readonly key?: string | Uint8Array | undefined
  /** Certificate and key in one file, as PKCS #12. */
  readonly pfx?: Uint8Array | undefined
  /** The password of the key or of the PFX. @default none */
  readonly passphrase?: string | undefined
  /** The host name that the certificate of the server must be for. @default that of the address */
  readonly servername?: string | undefined
}

/** How connections are made, after the checks. */
export interface ConnectionSettings {
  readonly proxy: 'env' | undefined
  readonly tls: object | undefined
  readonly dispatcher: Dispatcher | undefined
}

export const connectionOptionNames = ['proxy', 'tls', 'dispatcher'] as const

/** Checks the options of connections. Together with `fetch`, or with a dispatcher, they would have no effect. */
export function checkConnectionOptions(fields: Readonly<Record<string, unknown>>): ConnectionSettings {
  const { proxy, tls, dispatcher } = fields
  const given = ['connections', ...connectionOptionNames].filter((name) => fields[name] !== undefined)
  const [first] = given
  if (first !== undefined && fields['fetch'] !== undefined) refuse(first, 'has no effect with a fetch of your own')
  const other = given.find((name) => name !== 'dispatcher')
  if (dispatcher !== undefined && other !== undefined) refuse(other, 'has no effect with a dispatcher of your own')
  if (proxy !== undefined) {
    checkOneOf(proxy, 'proxy', ['env'], 'env')
    checkProxyVariables()
  }
  return { proxy: proxy as 'env' | undefined, tls: checkTls(tls), dispatcher: checkDispatcher(dispatcher) }
}

/** The variables are read at the first request; what cannot be used is refused at once. No value is shown. */
function checkProxyVariables(): void {
  for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
    const value = globalThis.process?.env[name]
    if (value === undefined || value === '') continue
    if (!isProxy(value)) {
      const rule = 'must be an http or https URL, such as http://user:password@proxy.example:3128'
      refuse(
        'proxy',
        `the environment variable ${name} ${rule} (in a password, % is written %25); SOCKS is not supported`,
      )
    }
  }
}

function isProxy(value: string): boolean {
  try {
    const { protocol, username, password } = new URL(value)
    // undici decodes them.
    decodeURIComponent(`${username}${password}`)
    return /^https?:$/.test(protocol)
  } catch {
    return false
  }
}

function checkTls(value: unknown): object | undefined {
  if (value === undefined) return undefined
  const { servername, ...certificate } = fieldsOf(value, 'tls', [...certificateFields, 'servername'])
  if (servername !== undefined && (typeof servername !== 'string' || servername === '')) {
    refuse('tls.servername', 'must be a host name')
  }
  const checked = checkCertificate(certificate, { within: 'tls.', required: false })
  return servername === undefined ? checked : { ...checked, servername }
}

function checkDispatcher(value: unknown): Dispatcher | undefined {
  if (value === undefined || typeof (value as Partial<Dispatcher> | null)?.dispatch === 'function') {
    return value as Dispatcher | undefined
  }
  return refuse('dispatcher', 'must be a dispatcher of undici, such as an Agent')
}
