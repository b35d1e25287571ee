import { isLoopback } from '../check/base-url.js'
import { checkDurationMs, checkFlag, checkFunction, checkGiven } from '../check/check.js'
import { BodyTooLarge } from '../http/body.js'
import { byFetch } from '../http/by-fetch.js'
import { type ConnectionOptions, checkConnectionOptions, connectionOptionNames } from '../http/connection-options.js'
import { Connections } from '../http/connections.js'
import type { Fetch } from '../http/fetch.js'
import { retryAfterMs } from '../http/http-status.js'
import { parseJson } from '../http/json.js'
import { readNetworkFailure } from '../http/network.js'
import { hostAndPort, located, type Place } from '../http/place.js'
import { hiderOf, secretsIn } from '../http/redact.js'
import { startAttemptSignal } from '../time/attempt-signal.js'
import { summarize } from '../words/cause.js'
import { StopError } from '../words/error.js'
import type { StopErrorCode } from '../words/error-code.js'
import type { HeaderFields } from '../words/header-fields.js'
import { Refusal, refuse } from '../words/refusal.js'
import { advised } from '../words/text.js'
import type { Making } from './credential.js'

/** The options of every credential that requests its token from a server. */
export interface TokenRequestOptions extends ConnectionOptions {
  /** A fetch to send with. @default as for a system: undici on Node.js, the global fetch elsewhere */
  readonly fetch?: Fetch | undefined
  /** The time-out of one token request, in milliseconds. @default 10000 */
  readonly timeoutMs?: number | undefined
  /** Send the secret over plain http to a host that is not this machine. @default false */
  readonly allowInsecure?: boolean | undefined
  /** The clock, for tests. @default the clock of the system that uses the credential */
  readonly clock?: (() => Date) | undefined
}

/** The answer to a token request. The body is parsed JSON, or undefined when it was empty. */
interface TokenAnswer {
  readonly headers: HeaderFields
  readonly body: unknown
}

/** Requests tokens from one server. */
interface TokenRequester {
  /** The server, for error messages. */
  readonly place: Place
  /** Sends one token request. Errors hide `secrets` and the values of the headers. `signal` ends the request early. */
  ask(
    headers: Readonly<Record<string, string>>,
    body: string,
    secrets: readonly string[],
    signal: AbortSignal,
  ): Promise<TokenAnswer>
}

/** The names of these options. */
export const tokenRequestOptionNames: readonly string[] = [
  'fetch',
  ...connectionOptionNames,
  'timeoutMs',
  'allowInsecure',
  'clock',
]

const defaultTimeoutMs = 10_000

/**
 * The error code for a failed token request. The failure concerns the credential, not the work. So no status becomes
 * `not_found` or `failed_precondition`, which callers would read as "the work is gone".
 */
function codeOfRefusal(status: number): StopErrorCode {
  if (status === 400 || status === 401) return 'unauthenticated'
  if (status === 403) return 'permission_denied'
  if (status === 408 || status === 504) return 'deadline_exceeded'
  if (status === 429) return 'rate_limited'
  return status >= 500 ? 'unavailable' : 'protocol'
}

/**
 * Checks the URL of a token endpoint, and makes the function that sends the token request: a POST that follows no
 * redirect and is limited in time and size. Errors contain only the status of the answer, because its body may echo the
 * secrets.
 */
export function tokenRequester(
  { scheme, called }: Pick<Making<string>, 'scheme' | 'called'>,
  url: unknown,
  field: string,
  options: TokenRequestOptions,
): TokenRequester {
  checkGiven(url, field)
  const text = url instanceof URL ? url.href : url
  const target =
    typeof text === 'string' && URL.canParse(text) ? new URL(text) : refuse(field, 'must be an absolute URL')
  if (target.protocol !== 'https:' && target.protocol !== 'http:') refuse(field, 'must begin with https://')
  if (target.username !== '' || target.password !== '') refuse(field, 'must not hold a user or password')
  if (target.href.includes('#')) refuse(field, 'must have no fragment')
  const allowed = checkFlag(options.allowInsecure, 'allowInsecure')
  if (target.protocol === 'http:' && !isLoopback(target) && !allowed) {
    refuse(field, 'must be https, because the secret is sent to it; or use allowInsecure: true')
  }
  checkFunction(options.fetch, 'fetch')
  checkFunction(options.clock, 'clock')
  const timeoutMs = checkDurationMs(options.timeoutMs, 'timeoutMs', defaultTimeoutMs)
  // A token lasts for many requests, so its connection is not kept.
  const rules = { most: 4, reset: true }
  const connections = new Connections(target.origin, checkConnectionOptions({ ...options }), rules)
  const place = { at: hostAndPort(target), asking: 'for a token' }
  const fail = (code: StopErrorCode, what: string, details: object = {}): StopError =>
    new StopError(code, `${called}: ${what}`, {
      system: 'credential',
      kind: 'credential',
      operation: scheme,
      attempts: 1,
      ambiguous: false,
      ...details,
    })

  const opened = async () => connections.carry()
  const ask: TokenRequester['ask'] = async (headers, body, secrets, signal) => {
    const attempt = startAttemptSignal(timeoutMs, [signal])
    const hide = hiderOf([...secretsIn(headers), ...secrets])
    try {
      const carry = options.fetch === undefined ? await attempt.race(opened()) : byFetch(options.fetch)
      const answer = await attempt.race(carry({ method: 'POST', url: target, headers, body }, attempt, () => {}))
      const response = answer()
      if (response === undefined) throw fail('protocol', located('`fetch` did not return a Response', 'at', place))
      if (!response.ok) {
        // Only the status decides, so that a refusal with a broken body still counts as a refusal.
        response.discard()
        const { status } = response
        const code = codeOfRefusal(status)
        const pause = retryAfterMs(response.headers)
        const more = pause === undefined ? {} : { retryAfterMs: pause }
        throw fail(code, located(`the token was refused (HTTP ${status})`, 'at', place), {
          httpStatus: status,
          ...more,
        })
      }
      const answered = await attempt.race(Promise.resolve(response.text()))
      const parsed = answered === '' ? { value: undefined } : parseJson(answered)
      if (parsed === undefined) throw fail('protocol', located(`the answer of ${field} is not JSON`, 'at', place))
      return { headers: response.headers, body: parsed.value }
    } catch (thrown) {
      if (thrown instanceof StopError || thrown instanceof Refusal) throw thrown
      if (thrown instanceof BodyTooLarge) throw fail('protocol', located(`${field}: ${thrown.message}`, 'at', place))
      if (attempt.ended() === 'timeout') {
        throw fail('deadline_exceeded', located(`no answer within ${timeoutMs} ms`, 'from', place))
      }
      const { code, text: what, hint } = readNetworkFailure(thrown, hide)
      throw fail(code, advised(located(what, 'at', place), hint), { cause: summarize(thrown, hide) })
    } finally {
      attempt.close()
    }
  }
  return { place, ask }
}

/** The error for an answer without a token. */
export function noToken({ scheme, called }: Pick<Making<string>, 'scheme' | 'called'>, place: Place): StopError {
  return new StopError('protocol', `${called}: ${located('the answer holds no token', 'at', place)}`, {
    system: 'credential',
    kind: 'credential',
    operation: scheme,
    attempts: 1,
    ambiguous: false,
  })
}
