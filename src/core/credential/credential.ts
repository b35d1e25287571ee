import { checkGiven, fieldsOf, headerRule, isHeaderValue } from '../check/check.js'
import type { Place } from '../http/place.js'
import { guarded } from '../words/identity.js'
import { Refusal, refuse } from '../words/refusal.js'
import type { Entry } from '../words/trace.js'

/** A request just before it is sent, as a credential gets it to sign. */
export interface UnsignedRequest {
  readonly method: string
  /** The exact URL that is sent. */
  readonly url: URL
  /** The headers so far, names in lower case. `host` is set by fetch from the URL. */
  readonly headers: Readonly<Record<string, string>>
  /** The exact body; empty without a body. */
  readonly body: string
  /** Fires when the try ends early. A credential that sends requests of its own should pass it on. */
  readonly signal: AbortSignal
}

/** A request to be signed, whose signal is made for a credential that asks for it. */
export class Unsigned implements UnsignedRequest {
  readonly #within: { readonly signal: AbortSignal }

  constructor(
    readonly method: string,
    readonly url: URL,
    readonly headers: Readonly<Record<string, string>>,
    readonly body: string,
    within: { readonly signal: AbortSignal },
  ) {
    this.#within = within
  }

  get signal(): AbortSignal {
    return this.#within.signal
  }

  /** A copy: who changes it does not change the request. */
  copy(): Unsigned {
    return new Unsigned(this.method, new URL(this.url), { ...this.headers }, this.body, this.#within)
  }
}

/**
 * A credential. It is made by {@link bearer}, {@link basic}, {@link authToken}, {@link signed}, or a function of one
 * system such as `akSk`. A system accepts only the schemes that it supports. The secret is held in a closure, so a
 * printed credential does not show it.
 */
export interface Credential<Scheme extends string = string> {
  readonly scheme: Scheme
  /**
   * Returns the headers to add. It is called before every try. The values are hidden wherever a system echoes them.
   * `alsoHide` takes the secrets that the values were made from. `now` returns the time of the system's clock, in
   * milliseconds since 1970.
   */
  authorize(
    request: UnsignedRequest,
    alsoHide?: (...secrets: readonly string[]) => void,
    now?: () => number,
  ): Promise<Readonly<Record<string, string>>>
  /** The names of its headers that hold no secret and may be shown, such as a date; lower case. @default none */
  readonly plain?: readonly string[]
  /** The server that it requests a token from, for error messages. @default none, or not known */
  readonly asks?: Place
  /** Called with the headers of a request that was refused (401), to drop a cached token. */
  refused?(headers: Readonly<Record<string, string>>): void
}

/** A token, or a function that returns one. The function is called before every try, so it should cache the token. */
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
 * A credential from your own function. It gets a copy of each request just before it is sent, and returns the headers to
 * add. It is called before every try, because a signature contains the time and must not be used twice. It cannot change
 * the request: a header such as `content-type` or `x-http-method-override` is refused. The values that it returns are
 * hidden in errors, receipts, events and log lines, except values shorter than six characters.
 */
export function signed(
  sign: (request: UnsignedRequest) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>,
): Credential<'signed'> {
  return makeCredential({ scheme: 'signed', called: 'signed', entry: signed }, () => {
    if (typeof sign !== 'function') refuse('auth', 'signed() takes a function that returns headers')
    // With fields of its own, which can be spread.
    return async ({ method, url, headers, body, signal }) => sign({ method, url, headers, body, signal })
  })
}

/** The base64 form of a text in UTF-8. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** The scheme of a credential, and the name of the function that makes it, for error messages. */
export interface Making<S extends string> {
  readonly scheme: S
  readonly called: string
  readonly entry: Entry
}

/**
 * Makes a credential of a scheme. Wrong secrets are refused when the credential is made, if they can be checked then. A
 * credential is made outside any system, so its errors have `credential` as the name of the system.
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
        // A function of the caller returned a wrong value. The error must name the credential function.
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
      return async (request, alsoHide) => {
        const token: unknown = await source(request)
        // Also one that is refused now: a later error may name it.
        if (typeof token === 'string') alsoHide?.(token)
        if (token === undefined) refuse('token', 'the function returned undefined; a variable is probably not set')
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
