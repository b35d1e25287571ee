import { checkBaseUrl, isLoopback, secretSegments } from '../check/base-url.js'
import { checkCount, checkDurationMs, checkFlag, checkFunction, checkOneOf, checkSignal } from '../check/check.js'
import { checkHeaders, type HeadersGiven } from '../check/headers.js'
import { checkPoll } from '../check/poll.js'
import type { Credential } from '../credential/credential.js'
import { type ConnectionOptions, checkConnectionOptions, connectionOptionNames } from '../http/connection-options.js'
import { Connections } from '../http/connections.js'
import type { Fetch } from '../http/fetch.js'
import type { DelayBounds } from '../time/backoff.js'
import { type Clock, checkClock, type Timing } from '../time/clock.js'
import type { Log } from '../watch/events.js'
import { checkLogger, type Logger } from '../watch/logger.js'
import type { Capabilities, Mode, ModeWords } from '../words/mode.js'
import { Refusal, refuse } from '../words/refusal.js'
import { checkRetry, defaultRetry, type RetryOptions, type RetrySettings } from './retry.js'

/** The options of every factory. */
export interface SystemOptions<Scheme extends string = string> extends ConnectionOptions {
  /**
   * The address of the system: scheme, host, port and, behind a reverse proxy, a path prefix. The package adds the path of
   * the API. No user, password, query or fragment.
   */
  readonly baseUrl: string | URL
  /** The credential. If a system that needs one has none, a warning is published (`allstop:warning`). @default none */
  readonly auth?: Credential<Scheme> | undefined
  /**
   * Send credentials over plain http to a host that is not this machine. Anyone on the network path can read them.
   * @default false
   */
  readonly allowInsecure?: boolean | undefined
  /**
   * A fetch to send with. @default undici on Node.js, unless the program has replaced the global fetch or undici's global
   * dispatcher; elsewhere the global fetch
   */
  readonly fetch?: Fetch | undefined
  /** The most connections at a time; more requests wait until one is free. @default 64 */
  readonly connections?: number | undefined
  /** The time-out of a whole call, in milliseconds. @default 30000 (Service Fabric: its server time-out + 15 s) */
  readonly timeoutMs?: number | undefined
  /**
   * The time-out of one try of a request, the body of the answer included, in milliseconds. It never exceeds what is left
   * of `timeoutMs`. @default 10000 (Service Fabric, which holds the call: all that is left)
   */
  readonly attemptTimeoutMs?: number | undefined
  /**
   * How often a request is retried after a temporary failure (docs/retries.md), or `false` for never. Harmful retries are
   * never sent: a cancel of Restate or FunctionGraph is retried only if the previous try did not arrive.
   * @default four tries with pauses of 0.2 to 5 s
   */
  readonly retry?: RetryOptions | false | undefined
  /**
   * Headers to add to every request: an object of texts, or pairs as in `Headers` or a `Map`. Credentials belong in
   * `auth`. The headers that fetch sets itself (`host`, `content-length`, `connection`, ...) are refused.
   * @default none
   */
  readonly headers?: HeadersGiven | undefined
  /**
   * Where log lines go, such as `console`. Tries and reads have the level `debug`, successful calls `info`, retries and
   * warnings `warn`, errors `error`. No line contains a credential or the body of an answer.
   * @default none
   */
  readonly logger?: Logger | undefined
  /**
   * The shortest and longest pause between two reads of a wait, in milliseconds, for all waits of this system.
   * @default the system's own, see docs/receipts.md
   */
  readonly poll?: DelayBounds | undefined
  /** The clock, for tests and simulations. @default the runtime's */
  readonly clock?: Clock | undefined
}

/** The options of every call. Each one overrides the option of the factory for this call. */
export interface CallOptions {
  /**
   * Ends the call when it fires, never the work. A stop that was sent stays in effect, and the signal forces nothing.
   */
  readonly signal?: AbortSignal | undefined
  /** The time-out of this call, in milliseconds. @default the system's `timeoutMs` */
  readonly timeoutMs?: number | undefined
  /** The time-out of one try of a request, in milliseconds. @default the system's `attemptTimeoutMs` */
  readonly attemptTimeoutMs?: number | undefined
  /** How often a request is retried after a temporary failure, or `false` for never. @default the system's `retry` */
  readonly retry?: RetryOptions | false | undefined
  /** The fetch to use for this call. @default the system's `fetch` */
  readonly fetch?: Fetch | undefined
  /** Headers to add to the requests of this call, in the same form as those of the factory. @default none */
  readonly headers?: HeadersGiven | undefined
}

/** The options of `stop()`, in addition to those of every call. */
export interface StopOptions<M extends Mode = Mode> extends CallOptions {
  /** How to stop. @default the gentlest mode of the system (`capabilities.defaultMode`) */
  readonly mode?: ModeWords[M] | undefined
  /**
   * What to do when the system has no record of the id: throw `not_found` (`error`), or return the outcome `gone`
   * (`accept`). Such work may never have existed, may have ended long ago, or may have been purged.
   * @default 'error'
   */
  readonly ifMissing?: 'error' | 'accept' | undefined
  /**
   * What a graceful stop does when the system shows that a stop is already under way. `join` sends no second stop
   * (warning `already-stopping`). `repeat` sends one. A second stop can do harm: at Restate it breaks the compensation
   * that the first one began; at Service Fabric it removes the force from a forced delete. `force` and the escalation to
   * it are always sent.
   * @default 'join'
   */
  readonly ifStopping?: 'graceful' extends M ? 'join' | 'repeat' | undefined : never
}

/** A system's options after the checks. */
export interface Settings {
  readonly baseUrl: URL
  readonly credential: Credential | undefined
  /** The caller's own. @default the connections send */
  readonly fetch: Fetch | undefined
  readonly connections: Connections
  readonly timeoutMs: number
  readonly attemptTimeoutMs: number
  readonly retry: RetrySettings
  readonly headers: Readonly<Record<string, string>>
  /** Secrets may be sent, because the connection is encrypted or local, or the caller allows it. */
  readonly mayShowSecrets: boolean
  /** What of `baseUrl` is hidden, as credentials are. */
  readonly secretPath: readonly string[]
  /** What a redirect of this system means, for the error. */
  readonly redirectHint?: string | undefined
  readonly log: Log | undefined
  readonly poll: DelayBounds | undefined
  readonly clock: Timing
}

/** The option names of every factory. */
export const systemOptionNames: readonly string[] = [
  'baseUrl',
  'auth',
  'allowInsecure',
  'fetch',
  'connections',
  ...connectionOptionNames,
  'timeoutMs',
  'attemptTimeoutMs',
  'retry',
  'headers',
  'logger',
  'poll',
  'clock',
]

/** The option names of every call. */
export const callOptionNames = ['signal', 'timeoutMs', 'attemptTimeoutMs', 'retry', 'fetch', 'headers'] as const

/** Default time-outs of a call and of one try, in milliseconds. */
export interface TimeDefaults {
  readonly timeoutMs: number
  readonly attemptTimeoutMs: number
}

const timeDefaults: TimeDefaults = { timeoutMs: 30_000, attemptTimeoutMs: 10_000 }

/** Checks the options of a factory. `schemes` are the credentials that the system accepts. */
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
    fetch: options['fetch'] as Fetch | undefined,
    connections: new Connections(baseUrl.origin, checkConnectionOptions(options), {
      most: checkCount(options['connections'], 'connections', 64),
      reset: false,
    }),
    timeoutMs,
    attemptTimeoutMs: checkDurationMs(options['attemptTimeoutMs'], 'attemptTimeoutMs', defaults.attemptTimeoutMs),
    retry: checkRetry(options['retry'], defaultRetry),
    headers: checkHeaders(options['headers'], 'headers'),
    mayShowSecrets: !insecure || allowInsecure,
    secretPath: secretSegments(baseUrl),
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

/** The options of a call after the checks, completed with those of the factory. */
export interface CallSettings {
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number
  readonly attemptTimeoutMs: number
  readonly retry: RetrySettings
  readonly fetch: Fetch | undefined
  readonly headers: Readonly<Record<string, string>>
  /** The call has options that change its requests, so that its requests cannot be shared with other calls. */
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
 * The mode of a stop: the requested one, or the gentlest of the system. A mode that the system does not have is refused.
 */
export function checkMode<M extends Mode>(value: unknown, { modes, defaultMode }: Capabilities<M>): M {
  if (value === undefined) return defaultMode
  const mode = modes.find((known) => known === value)
  if (mode !== undefined) return mode
  const code = value === 'graceful' || value === 'force' ? 'unsupported' : 'invalid_argument'
  throw new Refusal(`mode: this system has ${modes.map((known) => `'${known}'`).join(' and ')}`, code)
}

/** Checks the option `ifStopping`. A system without a graceful stop refuses it. */
export function checkIfStopping(value: unknown, modes: readonly Mode[]): 'join' | 'repeat' {
  if (value !== undefined && !modes.includes('graceful')) {
    throw new Refusal('ifStopping: this system has no graceful stop', 'unsupported')
  }
  return checkOneOf(value, 'ifStopping', ['join', 'repeat'], 'join')
}

/** Checks the option `ifMissing`. */
export function checkIfMissing(value: unknown): 'error' | 'accept' {
  return checkOneOf(value, 'ifMissing', ['error', 'accept'], 'error')
}
