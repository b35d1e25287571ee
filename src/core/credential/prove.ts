import { headerRule, isHeaderName, isHeaderValue } from '../check/check.js'
import { pairsOf } from '../check/headers.js'
import { type Hide, hiderOf, secretHeaders, secretsIn } from '../http/redact.js'
import type { Timing } from '../time/clock.js'
import { refuse } from '../words/refusal.js'
import { printable } from '../words/text.js'
import type { Credential, Unsigned } from './credential.js'
import { hideOf, knownOf, remember, remembered } from './secret-memory.js'

/** Headers that would change the request: its body, host, path or method. */
const changesRequest =
  /^(?:host|connection|content-.*|transfer-encoding|expect|upgrade|te|trailer|keep-alive|proxy-connection|range|if-.*|x-http-method.*|x-method-override|x-original-.*|x-rewrite-.*|x-host|x-forwarded-.*|forwarded)$/

/** The credential failed. Its error may name secrets that it gave before. */
export class Unproven {
  constructor(
    readonly thrown: unknown,
    readonly hide: Hide,
  ) {}
}

/** What of a system's settings the proof of a request needs. */
export interface Proving {
  readonly credential: Credential | undefined
  readonly mayShowSecrets: boolean
  readonly secretPath: readonly string[]
  readonly clock: Timing
}

/** The credential of one request. */
export interface Proof {
  /** The headers to add, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Hides the credential, and the caller's own headers whose names indicate a secret. */
  readonly hide: Hide
  /** Hides also what the credential gave before. It takes longer, so it is for errors. */
  readonly hideAll: Hide
}

/**
 * Gets the headers of the credential. The credential gets a copy of the request, because a change of the request could
 * send the stop or the credential to another place.
 */
export async function prove(
  request: Unsigned,
  { credential, mayShowSecrets, secretPath, clock }: Proving,
): Promise<Proof> {
  const own = secretHeaders(request.headers)
  const [name] = Object.keys(own)
  if (name !== undefined && !mayShowSecrets) {
    refuse(
      `headers.${printable(name, 40)}`,
      'may be a secret, and baseUrl is plain http to another host; see allowInsecure',
    )
  }
  const callers = [...secretPath, ...secretsIn(own)]
  const secrets = [...callers]
  if (credential === undefined) {
    const hide = hiderOf(secrets)
    return { headers: {}, hide, hideAll: hide }
  }
  let proofs: Readonly<Record<string, string>> = {}
  const hideAll: Hide = (text) => hiderOf([...secrets, ...secretsIn(proofs), ...remembered(credential)])(text)
  const tell = (...more: readonly string[]): void => {
    secrets.push(...more)
    remember(credential, more)
  }
  const given = await credential.authorize(request.copy(), tell, clock.now).catch((thrown) => {
    throw new Unproven(thrown, hideAll)
  })
  const headers: Record<string, string> = {}
  for (const [name, value] of pairsOf(given, 'auth')) {
    const lower = String(name).toLowerCase()
    if (!isHeaderName(lower)) refuse('auth', 'returned a header whose name is not an HTTP token')
    if (typeof value !== 'string' || !isHeaderValue(value))
      refuse('auth', `the header ${printable(lower, 40)} ${headerRule}`)
    // A signer may return a header that the request already has, unchanged.
    if (request.headers[lower] === value || (lower === 'host' && value === request.url.host)) continue
    // Only credential headers may be replaced. A header such as the intended cluster's id may not.
    const replaces = request.headers[lower] !== undefined && own[lower] === undefined
    if (replaces || changesRequest.test(lower)) {
      refuse('auth', `the header ${printable(lower, 40)} would change the request`)
    }
    headers[lower] = value
  }
  const secret = Object.entries(headers).filter(([name]) => credential.plain?.includes(name) !== true)
  const values = secret.map(([, value]) => value)
  proofs = Object.fromEntries(secret)
  const hide = hideOf(credential, [...secrets, '', ...values].join('\n'), () => {
    remember(
      credential,
      values.flatMap((value) => [value, value.replace(/^\S+\s+/, '')]),
    )
    const known = knownOf(credential)
    const made = hiderOf([...secrets, ...secretsIn(proofs)], known)
    // Only what the credential gave is kept with it.
    for (const secret of callers) known.delete(secret)
    return made
  })
  return { headers, hide, hideAll }
}
