import { codeOf, errorsIn, isError, summarize } from '../words/cause.js'
import type { StopErrorCode } from '../words/error-code.js'
import { printable } from '../words/text.js'
import { notConnectedCode } from './connect-failure.js'
import { ProxyFailure } from './proxy.js'
import { asItIs, type Hide } from './redact.js'

/** The meaning of a failed fetch. */
export interface NetworkFailure {
  readonly code: StopErrorCode
  /** The request may have reached the system. */
  readonly mayHaveArrived: boolean
  /** The failure as text, secrets hidden. */
  readonly text: string
  /** What to do about it. */
  readonly hint?: string | undefined
}

/** No connection was made, so nothing was sent. For some codes this is so only if connecting failed. */
const notConnected: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', 'host name not found'],
  ['EAI_AGAIN', 'host name cannot be looked up now'],
  ['EHOSTUNREACH', 'host unreachable'],
  ['ENETUNREACH', 'network unreachable'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connecting took too long'],
  ['ETIMEDOUT', 'connecting took too long'],
  [notConnectedCode, 'no connection could be made'],
])

// Node's and OpenSSL's names for a certificate that was not accepted; the handshake comes before the request.
const certificateRefused =
  /^(?:CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID$|HOSTNAME_MISMATCH$|ERR_SSL_WRONG_VERSION_NUMBER$|EPROTO$)/

const trustIt =
  'to trust its authority, set NODE_EXTRA_CA_CERTS to its PEM file before the process starts, or give `ca` in `tls` or to clientCertificate()'

/** What to do about a certificate, or a server, that TLS did not accept. */
const certificateHints: readonly (readonly [code: RegExp, hint: string])[] = [
  [/SELF_SIGNED_CERT|^UNABLE_TO_/, trustIt],
  [/^CERT_HAS_EXPIRED$/, 'the certificate of the server has expired'],
  [
    /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    'the certificate is for another host name; check the address',
  ],
  [
    /^(?:ERR_SSL_WRONG_VERSION_NUMBER|EPROTO)$/,
    'perhaps the server does not use TLS on this port; check scheme and port of the address',
  ],
]

/** The alerts of a peer that refuses the client certificate, or requires one (RFC 8446, section 6.2). */
const clientRefused =
  /^ERR_SSL_\w+_ALERT_(?:(?:BAD|NO|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_(?:REVOKED|EXPIRED|UNKNOWN|REQUIRED)|UNKNOWN_CA|ACCESS_DENIED)$/

/**
 * Only TLS 1.3 has it, and only the handshake can end with it (certificates after the handshake are not offered by
 * Node.js): a server takes no request before that. The other alerts can also end a renegotiation of TLS 1.2, which a
 * server may begin when it has read a request.
 */
const certificateRequired = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'

// The codes of a lost connection. Other errors keep their own message.
const connectionLost =
  /^(?:ECONNRESET|ECONNABORTED|EPIPE|ENETRESET|ETIMEDOUT|EHOSTDOWN|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED|ERR_STREAM_PREMATURE_CLOSE|ERR_SSL_.*)$/

// The codes of Node's HTTP parser, undici and zlib for a malformed answer.
const notHttp = /^(?:HPE_|Z_|UND_ERR_HEADERS_OVERFLOW$|UND_ERR_RES_CONTENT_LENGTH_MISMATCH$)/

// An established connection can also get these codes, when the network route is lost.
const alsoLater = /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|NOT_CONNECTED)$/

/**
 * The code of what lies beneath a "fetch failed": a chain of causes, and a list when several addresses were tried.
 * Node 24 gives what its HTTP parser refuses a name, but no code.
 */
function deepest(thrown: unknown): { readonly code: string; readonly connecting: boolean; readonly silent: boolean } {
  let code = ''
  let connecting = false
  let silent = false
  let link = thrown
  for (let depth = 0; isError(link) && depth < 5; depth += 1) {
    code = codeOf(link) ?? (link.name === 'HTTPParserError' ? 'HPE_INVALID' : code)
    connecting = 'syscall' in link && link.syscall === 'connect'
    const { socket } = link as { readonly socket?: { readonly bytesRead?: unknown } }
    silent = socket?.bytesRead === 0
    link = errorsIn(link)[0] ?? link.cause
  }
  return { code, connecting, silent }
}

/** Whether an error, ours or fetch's, comes from a certificate that was not accepted: that does not pass by itself. */
export function isCertificateRefused(thrown: unknown): boolean {
  return certificateRefused.test(deepest(thrown).code)
}

/** Whether an error comes from a host name that does not exist, or a certificate that was not accepted: a wrong address. */
export function isWrongAddress(thrown: unknown): boolean {
  return isCertificateRefused(thrown) || deepest(thrown).code === 'ENOTFOUND'
}

/** Under TLS 1.3 undici does not report the alert of a server that refuses a certificate, only the end of the connection. */
const perhapsRefused = 'perhaps the server requires a client certificate and did not accept the one it got, or got none'

/** Reads the error of a fetch; `secure`: over TLS. An unknown error counts as "may have arrived". */
export function readNetworkFailure(thrown: unknown, hide: Hide = asItIs, secure = false): NetworkFailure {
  const proxyFailure = asProxyFailure(thrown)
  if (proxyFailure !== undefined) return readProxyFailure(proxyFailure, hide)
  if (isOldUndici(thrown)) {
    return { code: 'invalid_argument', mayHaveArrived: false, text: 'dispatcher: must be of undici 7 or later' }
  }
  const { code, connecting, silent } = deepest(thrown)
  const shown = printable(hide(code))
  // A connection that stands ends with it too.
  const isLater = code === 'ETIMEDOUT' && !connecting
  const neverSent = isLater ? undefined : notConnected.get(code)
  if (neverSent !== undefined) {
    return { code: 'unavailable', mayHaveArrived: alsoLater.test(code) && !connecting, text: neverSent }
  }
  if (certificateRefused.test(code)) {
    const [, hint] = certificateHints.find(([pattern]) => pattern.test(code)) ?? []
    return { code: 'unavailable', mayHaveArrived: false, text: `TLS connection refused (${shown})`, hint }
  }
  if (clientRefused.test(code)) {
    const text = `the server did not accept the client certificate, or requires one (${shown})`
    const hint = 'check `cert` and `key` of `tls` or clientCertificate()'
    return { code: 'unauthenticated', mayHaveArrived: code !== certificateRequired, text, hint }
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return { code: 'deadline_exceeded', mayHaveArrived: true, text: "no answer within the HTTP client's own time-out" }
  }
  if (notHttp.test(code)) {
    return { code: 'protocol', mayHaveArrived: true, text: `the answer cannot be read as HTTP (${shown})` }
  }
  // The only sign of it; nothing was sent (WHATWG Fetch, "bad port").
  if (isError(thrown) && isError(thrown.cause) && thrown.cause.message === 'bad port') {
    return { code: 'invalid_argument', mayHaveArrived: false, text: 'baseUrl: fetch refuses this port' }
  }
  const text = connectionLost.test(code) ? `connection lost (${shown})` : `the request failed: ${inWords(thrown, hide)}`
  const hint = secure && silent ? perhapsRefused : undefined
  return { code: 'unavailable', mayHaveArrived: true, text, hint }
}

/** A failure of a proxy: of `proxy: 'env'`, or of a ProxyAgent of the caller's, which has the status only in its words. */
function asProxyFailure(thrown: unknown): ProxyFailure | undefined {
  if (thrown instanceof ProxyFailure) return thrown
  const [, status] = (isError(thrown) && /^Proxy response \((\d{3})\) !== 200/.exec(thrown.message)) || []
  return status === undefined ? undefined : new ProxyFailure(undefined, Number(status), 'the proxy of `dispatcher`')
}

/** What a proxy's refusal to connect means. It was not the system that refused. */
const refusedByProxy: ReadonlyMap<number | undefined, StopErrorCode> = new Map([
  [403, 'permission_denied'],
  [407, 'unauthenticated'],
])

/** The system was not reached. */
function readProxyFailure({ cause, status, which }: ProxyFailure, hide: Hide): NetworkFailure {
  if (status === undefined) {
    const { text, hint } = readNetworkFailure(cause, hide)
    return { code: 'unavailable', mayHaveArrived: false, text: `${which} made no connection (${text})`, hint }
  }
  const text = `${which} refused the connection (HTTP ${status})`
  const hint = status === 407 ? 'check its user and password' : undefined
  return { code: refusedByProxy.get(status) ?? 'unavailable', mayHaveArrived: false, text, hint }
}

/** Until version 6 a dispatcher asked for other functions of a handler; without them it does not send anything. */
function isOldUndici(thrown: unknown): boolean {
  return isError(thrown) && /^invalid on\w+ method$|handler\.onConnect is not a function$/.test(thrown.message)
}

/** Name, message and code of what was thrown; of Node's own "fetch failed", of what lies beneath. */
function inWords(thrown: unknown, hide: Hide): string {
  const summary = summarize(thrown, hide)
  const isWrapped = summary.message === 'fetch failed' && summary.cause instanceof Error
  const told = isWrapped ? (summary.cause as Error) : summary
  const code = codeOf(told)
  return `${told.name}: ${told.message}${code === undefined ? '' : ` (${code})`}`
}
