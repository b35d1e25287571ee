import { headerRule, isHeaderName, isHeaderValue } from './check.js'
import type { UnsignedRequest } from './credential.js'
import { pairsOf } from './headers.js'
import type { Settings } from './options.js'
import { type Hide, hiderOf, secretHeaders, secretsIn } from './redact.js'
import { refuse } from './refusal.js'
import { printable } from './text.js'

/** Headers that would make another request of the one that is proved: another body, host, path or method. */
const changesRequest =
  /^(?:host|connection|content-.*|transfer-encoding|expect|upgrade|te|trailer|keep-alive|proxy-connection|range|if-.*|x-http-method.*|x-method-override|x-original-.*|x-rewrite-.*|x-host|x-forwarded-.*|forwarded)$/

/** What proves who asks. */
export interface Proof {
  /** The headers to add, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Hides all that proves it, and what of the caller's own headers looks like a secret. */
  readonly hide: Hide
}

/**
 * Asks the credential for its headers. It gets a copy of the request: a hook that changes it would send the stop, or
 * the credential, elsewhere.
 */
export async function prove(
  request: UnsignedRequest,
  { credential, mayShowSecrets, clock }: Pick<Settings, 'credential' | 'mayShowSecrets' | 'clock'>,
): Promise<Proof> {
  const own = secretHeaders(request.headers)
  const [name] = Object.keys(own)
  if (name !== undefined && !mayShowSecrets) {
    refuse(
      `headers.${printable(name, 40)}`,
      'may be a secret, and baseUrl is plain http to another host; see allowInsecure',
    )
  }
  const secrets = secretsIn(own)
  if (credential === undefined) return { headers: {}, hide: hiderOf(secrets) }
  const copy = { ...request, url: new URL(request.url), headers: { ...request.headers } }
  const given = await credential.authorize(copy, (...more) => void secrets.push(...more), clock.now)
  const headers: Record<string, string> = {}
  for (const [name, value] of pairsOf(given, 'auth')) {
    const lower = String(name).toLowerCase()
    const shownName = printable(lower, 40)
    if (!isHeaderName(lower)) refuse('auth', 'returned a header whose name is not an HTTP token')
    if (typeof value !== 'string' || !isHeaderValue(value)) refuse('auth', `the header ${shownName} ${headerRule}`)
    // A signer may give back what was there before.
    if (request.headers[lower] === value || (lower === 'host' && value === request.url.host)) continue
    // Only what proves who asks may take the place of what is there: not the cluster that is meant, for one.
    const replaces = request.headers[lower] !== undefined && own[lower] === undefined
    if (replaces || changesRequest.test(lower)) refuse('auth', `the header ${shownName} would change the request`)
    headers[lower] = value
  }
  const shown = new Set(credential.plain)
  const secret = Object.entries(headers).filter(([name]) => !shown.has(name))
  return { headers, hide: hiderOf([...secrets, ...secretsIn(Object.fromEntries(secret))]) }
}
