import type { DelayBounds } from './backoff.js'
import { checkBaseUrl, isLoopback } from './base-url.js'
import { checkDurationMs, checkFlag, checkFunction, checkOneOf, checkSignal } from './check.js'
import { type Clock, checkClock, type Timing } from './clock.js'
import type { Credential } from './credential.js'
import { checkHeaders, type HeadersGiven } from './headers.js'
import { checkLogger, type Log, type Logger } from './logger.js'
import type { Capabilities, Mode, ModeWords } from './mode.js'
import { checkPoll } from './poll.js'
import { Refusal, refuse } from './refusal.js'
import { checkRetry, defaultRetry, type RetryOptions, type RetrySettings } from './retry.js'

/**
 * What `allstop` asks of a fetch: the global one, undici's, or your own (a proxy, a client certificate). It is called
 * with a URL as text and an init that holds method, headers, body, signal and `redirect: 'manual'`.
 */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** What every system's factory takes. */
export interface SystemOptions<Scheme extends string = string> {
  /**
   * Where the system is: scheme, host, port and, behind a reverse proxy, a path prefix. The API's own path is added.
   * No user, password, query or fragment.
   */
  readonly baseUrl: string | URL
  /** The credential. A cloud that is given none is warned of (`allstop:warning`). @default none */
  readonly auth?: Credential<Scheme> | undefined
  /**
   * Send credentials over plain http to a host that is not this machine: anyone on the way can read them.
   * @default false
   */
  readonly allowInsecure?: boolean | undefined
  /** The fetch to use. @default the global fetch */
  readonly fetch?: Fetch | undefined
  /** The longest a call may take in all, in milliseconds. @default 30000 (Service Fabric: its server time-out + 15 s) */
  readonly timeoutMs?: number | undefined
  /**
   * The longest one try of a request may take, its body included, in milliseconds; never longer than what is left of
   * `timeoutMs`. @default 10000 (Service Fabric, which holds the call: all that is left)
   */
  readonly attemptTimeoutMs?: number | undefined
  /**
   * How often a request that failed for a passing reason is sent again (docs/retries.md), or `false` for never. A
   * repeat that can do harm stays impossible: the cancels of Restate and FunctionGraph are sent again only when the one
   * before is known not to have arrived.
   * @default four tries with pauses of 0.2 to 5 s
   */
  readonly retry?: RetryOptions | false | undefined
  /**
   * Headers to add to every request: names with texts, or pairs as `Headers` or a `Map` holds them. Credentials belong in
   * `auth`; what fetch sets itself (`host`, `content-length`, `connection`, ...) is refused.
   * @default none
   */
  readonly headers?: HeadersGiven | undefined
  /**
   * Where log lines go, such as `console`: tries and reads as `debug`, what ends well as `info`, repeats and warnings as
   * `warn`, errors as `error`. No line holds a credential or an answer's body.
   * @default none
   */
  readonly logger?: Logger | undefined
  /**
   * The shortest and longest pause between two reads of a wait, in milliseconds, for all waits of this system.
   * @default the system's own, see docs/receipts.md
   */
  readonly poll?: DelayBounds | undefined
  /** Where time is read, for tests and simulations. @default the runtime's */
  readonly clock?: Clock | undefined
}

/** What every call takes; each field overrides the system's own for this call. */
export interface CallOptions {
  /**
   * Ends the call when aborted, never the work: what was asked to stop still stops, and nothing is forced because of
   * the signal.
   */
  readonly signal?: AbortSignal | undefined
  /** The longest this call may take in all, in milliseconds. @default the system's `timeoutMs` */
  readonly timeoutMs?: number | undefined
  /** The longest one try of a request of this call may take, in milliseconds. @default the system's `attemptTimeoutMs` */
  readonly attemptTimeoutMs?: number | undefined
  /** How often what failed for a passing reason is sent again, or `false`. @default the system's `retry` */
  readonly retry?: RetryOptions | false | undefined
  /** The fetch to use for this call. @default the system's */
  readonly fetch?: Fetch | undefined
  /** Headers to add to the requests of this call, as the system's own are given. @default none */
  readonly headers?: HeadersGiven | undefined
}

/** What `stop()` takes beside the call's own options. */
export interface StopOptions<M extends Mode = Mode> extends CallOptions {
  /** How to stop. @default the gentlest that the system has (`capabilities.defaultMode`) */
  readonly mode?: ModeWords[M] | undefined
  /**
   * What the call does with an id of which the system has no record: throw `not_found`, or return the outcome `gone`.
   * It is not known whether such work never existed, ended long ago or was purged.
   * @default 'error'
   */
  readonly ifMissing?: 'error' | 'accept' | undefined
  /**
   * What a graceful stop does where the system shows that the work has been asked to stop already: `join` that stop and
   * send none (warning `already-stopping`), or `repeat` it. A second stop can do harm: at Restate it breaks the
   * compensation that the first began, at Service Fabric it takes the force away from a forced delete. `force`, and the
   * escalation to it, are always sent.
   * @default 'join'
   */
  readonly ifStopping?: 'graceful' extends M ? 'join' | 'repeat' | undefined : never
}

/** A system's options after the checks. */
export interface Settings {
  readonly baseUrl: URL
  readonly credential: Credential | undefined
  readonly fetch: Fetch
  readonly timeoutMs: number
  readonly attemptTimeoutMs: number
  readonly retry: RetrySettings
  readonly headers: Readonly<Record<string, string>>
  /** Secrets may be sent: the connection is encrypted or local, or the caller allows it. */
  readonly mayShowSecrets: boolean
  readonly log: Log | undefined
  readonly poll: DelayBounds | undefined
  readonly clock: Timing
}

/** The option names that each factory knows. */
export const systemOptionNames = [
  'baseUrl',
  'auth',
  'allowInsecure',
  'fetch',
  'timeoutMs',
  'attemptTimeoutMs',
  'retry',
  'headers',
  'logger',
  'poll',
  'clock',
] as const

/** The option names that each call knows. */
export const callOptionNames = ['signal', 'timeoutMs', 'attemptTimeoutMs', 'retry', 'fetch', 'headers'] as const

/** Default time-outs of a call and of one try, in milliseconds. */
export interface TimeDefaults {
  readonly timeoutMs: number
  readonly attemptTimeoutMs: number
}

const timeDefaults: TimeDefaults = { timeoutMs: 30_000, attemptTimeoutMs: 10_000 }

/** Checks the options of a factory. `schemes` are the credentials that the system takes. */
export function checkSystemOptions(
  options: Readonly<Record<string, unknown>>,
  schemes: readonly string[],
  defaults: TimeDefaults = timeDefaults,
): Settings {
  const baseUrl = checkBaseUrl(options['baseUrl'])
  const credential = checkCredential(options['auth'], schemes)
  const insecure = baseUrl.protocol === 'http:' && !isLoopback(baseUrl)
  const allowInsecure = checkFlag(options['allowInsecure'], 'allowInsecure')
  if (credential !== undefined && insecure && !allowInsecure) {
    refuse(
      'baseUrl',
      'is plain http to another host, which would show the credential; use https or allowInsecure: true',
    )
  }
  checkFunction(options['fetch'], 'fetch')
  const timeoutMs = checkDurationMs(options['timeoutMs'], 'timeoutMs', defaults.timeoutMs)
  return {
    baseUrl,
    credential,
    fetch: (options['fetch'] as Fetch | undefined) ?? ((url, init) => globalThis.fetch(url, init)),
    timeoutMs,
    attemptTimeoutMs: checkDurationMs(options['attemptTimeoutMs'], 'attemptTimeoutMs', defaults.attemptTimeoutMs),
    retry: checkRetry(options['retry'], defaultRetry),
    headers: checkHeaders(options['headers'], 'headers'),
    mayShowSecrets: !insecure || allowInsecure,
    log: checkLogger(options['logger']),
    poll: checkPoll(options['poll']),
    clock: checkClock(options['clock']),
  }
}

function checkCredential(value: unknown, schemes: readonly string[]): Credential | undefined {
  if (value === undefined) return undefined
  const known = schemes.join(', ')
  if (typeof value !== 'object' || value === null || !('scheme' in value) || !('authorize' in value)) {
    refuse('auth', `must be a credential made by a function of this package; this system takes ${known}`)
  }
  const credential = value as Credential
  if (!schemes.includes(credential.scheme)) refuse('auth', `this system takes ${known}`)
  return credential
}

/** A call's options after the checks, completed with the system's own. */
export interface CallSettings {
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number
  readonly attemptTimeoutMs: number
  readonly retry: RetrySettings
  readonly fetch: Fetch
  readonly headers: Readonly<Record<string, string>>
  /** The call was given options that its requests differ by, so that none of them can be shared with other calls. */
  readonly areOwn: boolean
}

/** The options that change how a request is sent. */
const requestOptionNames = ['attemptTimeoutMs', 'retry', 'fetch', 'headers'] as const

/** Checks the options of a call. */
export function checkCallOptions(options: Readonly<Record<string, unknown>>, settings: Settings): CallSettings {
  checkSignal(options['signal'], 'signal')
  checkFunction(options['fetch'], 'fetch')
  const timeoutMs = checkDurationMs(options['timeoutMs'], 'timeoutMs', settings.timeoutMs)
  return {
    signal: options['signal'] as AbortSignal | undefined,
    timeoutMs,
    attemptTimeoutMs: checkDurationMs(options['attemptTimeoutMs'], 'attemptTimeoutMs', settings.attemptTimeoutMs),
    retry: checkRetry(options['retry'], settings.retry),
    fetch: (options['fetch'] as Fetch | undefined) ?? settings.fetch,
    headers: checkHeaders(options['headers'], 'headers'),
    areOwn: requestOptionNames.some((name) => options[name] !== undefined),
  }
}

/**
 * The mode of a stop: the requested one, or the system's gentlest when none is requested. One that it lacks is refused.
 */
export function checkMode<M extends Mode>(value: unknown, { modes, defaultMode }: Capabilities<M>): M {
  if (value === undefined) return defaultMode
  const mode = modes.find((known) => known === value)
  if (mode !== undefined) return mode
  const code = value === 'graceful' || value === 'force' ? 'unsupported' : 'invalid_argument'
  throw new Refusal(`mode: this system has ${modes.map((known) => `'${known}'`).join(' and ')}`, code)
}

/** What a graceful stop does where one is under way already. A system without one has nothing to join. */
export function checkIfStopping(value: unknown, modes: readonly Mode[]): 'join' | 'repeat' {
  if (value !== undefined && !modes.includes('graceful')) {
    throw new Refusal('ifStopping: this system has no graceful stop', 'unsupported')
  }
  return checkOneOf(value, 'ifStopping', ['join', 'repeat'], 'join')
}

/** What the call does with an id without a record. */
export function checkIfMissing(value: unknown): 'error' | 'accept' {
  return checkOneOf(value, 'ifMissing', ['error', 'accept'], 'error')
}
