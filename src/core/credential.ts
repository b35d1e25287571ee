import { checkGiven, fieldsOf, headerRule, isHeaderValue } from './check.js'
import { guarded } from './identity.js'
import type { Place } from './place.js'
import { Refusal, refuse } from './refusal.js'
import type { Entry } from './trace.js'

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
   * wherever a system echoes them; `alsoHide` takes the secrets that they were made from, and `now` gives the time of the
   * system's clock, in milliseconds since 1970.
   */
  authorize(
    request: UnsignedRequest,
    alsoHide?: (...secrets: readonly string[]) => void,
    now?: () => number,
  ): Promise<Readonly<Record<string, string>>>
  /** Names of its headers, in lower case, that hold no secret and may be shown, such as a date. @default none */
  readonly plain?: readonly string[]
  /** Where it asks for a token, for errors. @default it asks nobody, or nobody knows whom */
  readonly asks?: Place
  /** Called with the headers of a request that was refused (401), so that a cached token is not used again. */
  refused?(headers: Readonly<Record<string, string>>): void
}

/** A token, or a function that returns one. It is called before every try, so it should keep a fresh token itself. */
export type TokenSource = string | ((context: { readonly signal: AbortSignal }) => string | Promise<string>)

/** `Authorization: Bearer <token>` (RFC 6750). */
export function bearer(token: TokenSource): Credential<'bearer'> {
  return tokenHeader({ scheme: 'bearer', called: 'bearer', entry: bearer }, token, (text) => ({
    authorization: `Bearer ${text}`,
  }))
}

/** `X-Auth-Token: <token>`, the IAM token of Huawei Cloud. */
export function authToken(token: TokenSource): Credential<'auth-token'> {
  return tokenHeader({ scheme: 'auth-token', called: 'authToken', entry: authToken }, token, (text) => ({
    'x-auth-token': text,
  }))
}

/** `Authorization: Basic ...` (RFC 7617, UTF-8). */
export function basic(login: { readonly username: string; readonly password: string }): Credential<'basic'> {
  return makeCredential({ scheme: 'basic', called: 'basic', entry: basic }, () => {
    const { username, password } = fieldsOf(login, 'auth')
    checkGiven(username, 'auth.username')
    checkGiven(password, 'auth.password')
    if (typeof username !== 'string' || username === '' || username.includes(':')) {
      refuse('auth.username', 'must be a text without a colon')
    }
    if (typeof password !== 'string') refuse('auth.password', 'must be a string')
    const encoded = base64(`${username}:${password}`)
    return async () => ({ authorization: `Basic ${encoded}` })
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
  return makeCredential({ scheme: 'signed', called: 'signed', entry: signed }, () => {
    if (typeof sign !== 'function') refuse('auth', 'signed() takes a function that returns headers')
    return async (request) => sign(request)
  })
}

/** A text in UTF-8, in base64. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** A credential's scheme, and the function that makes it: under which name, for errors. */
export interface Making<S extends string> {
  readonly scheme: S
  readonly called: string
  readonly entry: Entry
}

/**
 * Makes a credential of a scheme; what is wrong with its secrets is said when it is made, not when it is used, wherever it
 * can be known then. A credential is made outside of any system, so its errors carry `credential` in the place of one.
 */
export function makeCredential<S extends string>(
  { scheme, called, entry }: Making<S>,
  make: () => Credential<S>['authorize'] | Omit<Credential<S>, 'scheme'>,
): Credential<S> {
  const made = guarded({ system: 'credential', kind: 'credential', called }, entry, make, scheme)
  const { authorize, ...more } = typeof made === 'function' ? { authorize: made } : made
  return Object.freeze({
    scheme,
    ...more,
    authorize: async (...given: Parameters<Credential['authorize']>) => {
      try {
        return await authorize(...given)
      } catch (thrown) {
        // What a function gave that stands for a secret: the error of the call has to say whose it was.
        throw thrown instanceof Refusal ? new Refusal(`${called}: ${thrown.message}`, thrown.code) : thrown
      }
    },
  })
}

function tokenHeader<S extends string>(
  making: Making<S>,
  source: TokenSource,
  headers: (token: string) => Record<string, string>,
): Credential<S> {
  return makeCredential(making, () => {
    if (typeof source === 'function') {
      return async ({ signal }) => {
        const token: unknown = await source({ signal })
        if (token === undefined) refuse('token', 'the function gave undefined; a variable is probably not set')
        return headers(checkToken(token))
      }
    }
    const fixed = headers(checkToken(source))
    return async () => fixed
  })
}

function checkToken(token: unknown): string {
  checkGiven(token, 'token')
  if (typeof token !== 'string' || !isHeaderValue(token)) refuse('token', headerRule)
  return token
}
