import { codeOf, isError } from '../words/cause.js'

/** What Bun calls a connection that was not made; the second name is that of older versions. */
const refusedInBun = /^(?:ECONNREFUSED|ConnectionRefused|FailedToOpenSocket)$/

/**
 * The words of hyper, which is Deno's HTTP client, for a failure before there is a connection, the TLS handshake included.
 * A URL has no blanks, so nothing in it can look like the rest.
 */
const unconnectedInDeno = /^error sending request for url \(\S+\): client error \(Connect\): (.*)$/s

/** The codes of Node.js for what Deno has only words for. */
const codesInDeno: readonly (readonly [words: RegExp, code: string])[] = [
  [/^dns error: .*(?:Name or service not known|nodename nor servname provided|No such host is known)/, 'ENOTFOUND'],
  [/^dns error: /, 'EAI_AGAIN'],
  [/^tcp connect error: .*\(os error (?:111|61|10061)\)$/, 'ECONNREFUSED'],
  [/^tcp connect error: .*\(os error (?:113|65|10065)\)$/, 'EHOSTUNREACH'],
  [/^tcp connect error: .*\(os error (?:101|51|10051)\)$/, 'ENETUNREACH'],
  [/^tcp connect error: .*\(os error (?:110|60|10060)\)$/, 'ETIMEDOUT'],
  [/^invalid peer certificate: (?:Expired|certificate expired)/, 'CERT_HAS_EXPIRED'],
  [/^invalid peer certificate: (?:NotValidForName|certificate not valid for name)/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/^invalid peer certificate: /, 'CERT_UNTRUSTED'],
  [/^received corrupt message of type /, 'EPROTO'],
]

/** The code of a connection that was not made for a reason that has no other name. */
export const notConnectedCode = 'NOT_CONNECTED'

/**
 * The error of a fetch of Bun or Deno in the form that Node.js gives it, when it says that no connection was made; any
 * other error as it is. Only for a request that had a connection of its own: otherwise it may have been sent before.
 */
export function asConnectFailure(thrown: unknown): unknown {
  if (!isError(thrown)) return thrown
  const code = codeInBun(thrown) ?? codeInDeno(thrown)
  if (code === undefined) return thrown
  const { message } = isError(thrown.cause) ? thrown.cause : thrown
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code, syscall: 'connect' }) })
}

function codeInBun(thrown: Error): string | undefined {
  return refusedInBun.test(codeOf(thrown) ?? '') ? 'ECONNREFUSED' : undefined
}

function codeInDeno({ cause }: Error): string | undefined {
  const [, words] = (isError(cause) && unconnectedInDeno.exec(cause.message)) || []
  if (words === undefined) return undefined
  return codesInDeno.find(([pattern]) => pattern.test(words))?.[1] ?? notConnectedCode
}
