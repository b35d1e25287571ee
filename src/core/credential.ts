import { headerRule, isHeaderValue } from './check.js'
import { guarded } from './identity.js'
import { refuse } from './refusal.js'

/** A request just before it is sent, for a credential that signs it. */
export interface UnsignedRequest {
  readonly method: string
  /** The exact URL that goes on the wire. */
  readonly url: URL
  /** The headers so far, names in lower case. `host` is set by fetch from the URL. */
  readonly headers: Readonly<Record<string, string>>
  /** The exact body; empty when there is none. */
  readonly body: string
  /** Aborted when the attempt ends: a provider that asks a server should pass it on. */
  readonly signal: AbortSignal
}

/**
 * A credential. Made by {@link bearer}, {@link basic}, {@link authToken}, {@link signed}, or a function of one system
 * such as `akSk`; a system accepts only the schemes it knows. The secret is held in a closure: printing a credential
 * shows none.
 */
export interface Credential<Scheme extends string = string> {
  readonly scheme: Scheme
  /**
   * Returns the headers to add. It is called for every try, just before the request is sent. Their values are hidden
   * wherever a system echoes them; `alsoHide` takes the secrets that they were made from.
   */
  authorize(
    request: UnsignedRequest,
    alsoHide?: (...secrets: readonly string[]) => void,
  ): Promise<Readonly<Record<string, string>>>
  /** Names of its headers, in lower case, that hold no secret and may be shown, such as a date. @default none */
  readonly plain?: readonly string[]
  /** Called with the headers of a request that was refused (401), so that a cached token is not used again. */
  refused?(headers: Readonly<Record<string, string>>): void
}

/** A token, or a function that returns one. It is called before every try, so it should keep a fresh token itself. */
export type TokenSource = string | ((context: { readonly signal: AbortSignal }) => string | Promise<string>)

/** `Authorization: Bearer <token>` (RFC 6750). */
export function bearer(token: TokenSource): Credential<'bearer'> {
  return tokenHeader('bearer', token, (text) => ({ authorization: `Bearer ${text}` }))
}

/** `X-Auth-Token: <token>`, the IAM token of Huawei Cloud. */
export function authToken(token: TokenSource): Credential<'auth-token'> {
  return tokenHeader('auth-token', token, (text) => ({ 'x-auth-token': text }))
}

/** `Authorization: Basic ...` (RFC 7617, UTF-8). */
export function basic(login: { readonly username: string; readonly password: string }): Credential<'basic'> {
  return checked('basic', () => {
    const { username, password } = login
    if (typeof username !== 'string' || username === '' || username.includes(':')) {
      refuse('auth.username', 'must be a text without a colon')
    }
    if (typeof password !== 'string') refuse('auth.password', 'must be a string')
    const encoded = base64(`${username}:${password}`)
    return credential('basic', async () => ({ authorization: `Basic ${encoded}` }))
  })
}

/**
 * A hook that signs: it gets a copy of each request just before it is sent, and returns the headers to add. It is
 * called for every try, because a signature holds the time and must not be used twice. It cannot change the request: a
 * header that would, such as `content-type` or `x-http-method-override`, is refused. Each value that it returns is
 * hidden in errors, receipts, events and log lines, unless it is shorter than six characters.
 */
export function signed(
  sign: (request: UnsignedRequest) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>,
): Credential<'signed'> {
  return checked('signed', () => {
    if (typeof sign !== 'function') refuse('auth', 'signed() takes a function that returns headers')
    return credential('signed', async (request) => sign(request))
  })
}

/** A text in UTF-8, in base64. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** Makes a credential of a scheme. Wrong secrets are reported when it is made, not when it is used. */
export function makeCredential<S extends string>(
  scheme: S,
  make: () => Credential<S>['authorize'] | Omit<Credential<S>, 'scheme'>,
): Credential<S> {
  const made = checked(scheme, make)
  return Object.freeze({ scheme, ...(typeof made === 'function' ? { authorize: made } : made) })
}

/** A credential is made outside of any system, so its errors have `credential` as `system`. */
function checked<T>(scheme: string, make: () => T): T {
  return guarded({ system: 'credential', kind: 'credential' }, scheme, make)
}

function credential<S extends string>(scheme: S, authorize: Credential<S>['authorize']): Credential<S> {
  return Object.freeze({ scheme, authorize })
}

function tokenHeader<S extends string>(
  scheme: S,
  source: TokenSource,
  headers: (token: string) => Record<string, string>,
): Credential<S> {
  if (typeof source !== 'function') {
    const fixed = checked(scheme, () => headers(checkToken(source)))
    return credential(scheme, async () => fixed)
  }
  return credential(scheme, async ({ signal }) => headers(checkToken(await source({ signal }))))
}

function checkToken(token: unknown): string {
  if (typeof token !== 'string' || !isHeaderValue(token)) refuse('auth', `the token ${headerRule}`)
  return token
}
