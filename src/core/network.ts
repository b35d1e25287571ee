import { codeOf } from './cause.js'
import type { StopErrorCode } from './error.js'

/** What a failed fetch means. */
export interface NetworkFailure {
  readonly code: StopErrorCode
  /** The request may have reached the system. */
  readonly mayHaveArrived: boolean
  /** The failure in words. */
  readonly text: string
}

/** The connection was never made, so nothing was sent; of some only if it was connecting that failed. */
const notConnected: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', 'host name not found'],
  ['EAI_AGAIN', 'host name cannot be looked up now'],
  ['EHOSTUNREACH', 'host unreachable'],
  ['ENETUNREACH', 'network unreachable'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connecting took too long'],
])

// Node's and OpenSSL's names for a certificate that was not accepted; the handshake comes before the request.
const certificateRefused =
  /^(?:CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID$|HOSTNAME_MISMATCH$|ERR_SSL_WRONG_VERSION_NUMBER$|EPROTO$)/

// What Node's HTTP parser, undici and zlib call an answer that is not well-formed.
const notHttp = /^(?:HPE_|Z_|UND_ERR_HEADERS_OVERFLOW$|UND_ERR_RES_CONTENT_LENGTH_MISMATCH$)/

// The kernel gives these to an established connection too, when its packets find no way any more.
const alsoLater = /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/

/**
 * The code of what lies beneath a "fetch failed": a chain of causes, and a list when several addresses were tried.
 * Node 24 gives what its HTTP parser refuses a name, but no code.
 */
function deepest(thrown: unknown): { readonly code: string; readonly connecting: boolean } {
  let code = ''
  let connecting = false
  let link = thrown
  for (let depth = 0; link instanceof Error && depth < 5; depth += 1) {
    code = codeOf(link) ?? (link.name === 'HTTPParserError' ? 'HPE_INVALID' : code)
    connecting = 'syscall' in link && link.syscall === 'connect'
    link = link instanceof AggregateError ? link.errors[0] : link.cause
  }
  return { code, connecting }
}

/** Whether an error, ours or fetch's, comes from a certificate that was not accepted: that does not pass by itself. */
export function isCertificateRefused(thrown: unknown): boolean {
  return certificateRefused.test(deepest(thrown).code)
}

/** Whether an error comes from a host name that does not exist, or a certificate that was not accepted: a wrong address. */
export function isWrongAddress(thrown: unknown): boolean {
  return isCertificateRefused(thrown) || deepest(thrown).code === 'ENOTFOUND'
}

/** Reads what fetch threw. What is not known counts as "may have arrived". */
export function readNetworkFailure(thrown: unknown): NetworkFailure {
  const { code, connecting } = deepest(thrown)
  const neverSent = notConnected.get(code)
  if (neverSent !== undefined) {
    return { code: 'unavailable', mayHaveArrived: alsoLater.test(code) && !connecting, text: neverSent }
  }
  if (certificateRefused.test(code)) {
    return { code: 'unavailable', mayHaveArrived: false, text: `TLS connection refused (${code})` }
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return { code: 'deadline_exceeded', mayHaveArrived: true, text: 'no answer within the HTTP client’s own time-out' }
  }
  if (notHttp.test(code)) {
    return { code: 'protocol', mayHaveArrived: true, text: `the answer cannot be read as HTTP (${code})` }
  }
  // The only sign of it; nothing was sent (WHATWG Fetch, "bad port").
  if (thrown instanceof Error && thrown.cause instanceof Error && thrown.cause.message === 'bad port') {
    return { code: 'invalid_argument', mayHaveArrived: false, text: 'baseUrl: fetch refuses this port' }
  }
  return { code: 'unavailable', mayHaveArrived: true, text: `connection lost${code === '' ? '' : ` (${code})`}` }
}
