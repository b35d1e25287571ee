import { Unsigned } from '../credential/credential.js'
import { prove, Unproven } from '../credential/prove.js'
import { BodyTooLarge } from '../http/body.js'
import { byFetch } from '../http/by-fetch.js'
import type { Sent } from '../http/carry.js'
import type { Fetch } from '../http/fetch.js'
import { readNetworkFailure } from '../http/network.js'
import { asked, credentialPlaceOf, located, type Place, placeOf } from '../http/place.js'
import { type Hide, hiderOf } from '../http/redact.js'
import { type AttemptSignal, startAttemptSignal } from '../time/attempt-signal.js'
import { publish } from '../watch/events.js'
import { summarize } from '../words/cause.js'
import { isStopError, StopError } from '../words/error.js'
import type { StopErrorCode } from '../words/error-code.js'
import { asStopError, type Caller, headOf, subjectOf } from '../words/identity.js'
import { merged } from '../words/merged.js'
import { Refusal, refuse } from '../words/refusal.js'
import { advised } from '../words/text.js'
import { type Incoming, incomingOf } from './incoming.js'
import type { Settings } from './options.js'

/** The purpose and the limits of one request. */
export interface Sending {
  readonly caller: Caller
  /** Called before each step that may take long, with the server that the step waits for. */
  readonly entered?: ((place: Place) => void) | undefined
  /** The operationId of the spec, for errors. */
  readonly operation: string
  /** The request changes something. Without an answer it is not known whether it did. */
  readonly changes: boolean
  /** How many times this operation was sent in this call, this time included. */
  readonly attempts: number
  /** Which try of this operation it is, sent or not, from 1. */
  readonly nth: number
  /** Called with the headers of the credential before they are sent, and with what hides them. */
  readonly proved?: (headers: Readonly<Record<string, string>>, hide: Hide) => void
  /** What hides the credentials of the call's requests so far. */
  readonly hides?: () => readonly Hide[] | undefined
  /** How long this request may take, in milliseconds. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** Called when the request is sent. */
  readonly onSent?: () => void
  /** The caller's own. @default the runtime's */
  readonly fetch: Fetch | undefined
}

/** A request that is still to be signed. A `Request` is one. */
export interface Outgoing {
  readonly method: string
  readonly url: string
  readonly headers: Iterable<readonly [name: string, value: string]>
  readonly signal?: AbortSignal | undefined
  text(): string | Promise<string>
}

/**
 * Sends one request and returns an answer whose body has been read in full. The request is signed last, follows no
 * redirect, and is limited in time and size. Every failure is a StopError.
 */
export async function exchange(request: Outgoing, settings: Settings, sending: Sending): Promise<Incoming> {
  const { clock } = settings
  const startedAt = clock.now()
  const began = clock.elapsed()
  const tell = (came: { httpStatus?: number; error?: StopError }): void =>
    publish('allstop:attempt', settings.log, () => ({
      ...subjectOf(sending.caller),
      operation: sending.operation,
      attempt: sending.nth,
      startedAt,
      durationMs: clock.elapsed() - began,
      ...came,
    }))
  try {
    const response = await send(request, settings, sending)
    tell({ httpStatus: response.status })
    return response
  } catch (thrown) {
    const error = asStopError(thrown, sending.caller, sending.operation)
    // The status of a token endpoint is not the status of the system.
    const ours = error.operation === sending.operation && error.httpStatus !== undefined
    tell({ ...(ours ? { httpStatus: error.httpStatus } : {}), error })
    throw error
  }
}

async function send(request: Outgoing, settings: Settings, sending: Sending): Promise<Incoming> {
  const attempt = startAttemptSignal(sending.timeoutMs, [sending.signal, request.signal])
  let sent = false
  // From here on it may arrive.
  let begun = false
  let hide = hiderOf(settings.secretPath)
  let hideAll = hide
  let place: Place | undefined
  const enter = (next: Place): void => {
    place = next
    sending.entered?.(next)
  }
  const fail = (code: StopErrorCode, what: string, details: { status?: number; thrown?: unknown; arrived?: boolean }) =>
    new StopError(code, `${headOf(sending.caller)}${what}`, {
      ...subjectOf(sending.caller),
      operation: sending.operation,
      attempts: sent ? sending.attempts : sending.attempts - 1,
      ambiguous: sending.changes && begun && (details.arrived ?? true),
      ...(details.status === undefined ? {} : { httpStatus: details.status }),
      ...(details.thrown === undefined ? {} : { cause: summarize(details.thrown, hideAll) }),
    })
  const ours = (thrown: unknown): StopError => asStopError(thrown, sending.caller, sending.operation)
  /** Awaits a step. If the try has ended in the meantime, that is the error, whatever the step threw. */
  const step = async <T>(work: () => Promise<T>, onError: (thrown: unknown) => StopError): Promise<T> => {
    try {
      return await attempt.race(work())
    } catch (thrown) {
      const ended = attempt.ended()
      const waited = sent && !begun
      if (ended === 'aborted') {
        const when = waited ? ' while it waited for a connection' : ''
        throw fail('aborted', asked(`aborted by the caller's signal${when}`, place), {})
      }
      if (ended === 'timeout') {
        const what = `no ${waited ? 'connection' : 'answer'} within ${Math.round(sending.timeoutMs)} ms`
        throw fail('deadline_exceeded', located(what, waited ? 'to' : 'from', place), {})
      }
      throw onError(thrown)
    }
  }

  try {
    if (attempt.ended() === 'aborted') throw fail('aborted', "aborted by the caller's signal before it was sent", {})
    const given = request.text()
    const body = typeof given === 'string' ? given : await step(() => given, ours)
    const unsigned = describe(request, body, settings, attempt)
    const there = placeOf(unsigned.method, unsigned.url, hide)
    const isSecure = unsigned.url.protocol === 'https:'
    const { credential } = settings
    enter(credential === undefined ? there : (credential.asks ?? credentialPlaceOf(there)))
    const proof = await step(
      () => prove(unsigned, settings),
      (thrown) => {
        if (!(thrown instanceof Unproven)) return ours(thrown)
        hideAll = thrown.hide
        return credentialError(thrown, sending, fail)
      },
    )
    hide = proof.hide
    hideAll = proof.hideAll
    enter(there)
    sending.proved?.(proof.headers, hide)
    const { method, url } = unsigned
    const complete: Sent = { method, url, headers: merged(unsigned.headers, proof.headers), body }
    const carrying = sending.fetch === undefined ? settings.connections.carry() : byFetch(sending.fetch)
    const carry = typeof carrying === 'function' ? carrying : await step(() => carrying, ours)
    const answer = await step(
      () => {
        sent = true
        sending.onSent?.()
        const answering = carry(complete, attempt, () => {
          begun = true
        })
        // An answer that comes after the end of the try is discarded.
        answering.then((late) => attempt.ended() !== undefined && late()?.discard()).catch(() => {})
        return answering
      },
      (thrown) => {
        const { code, text, hint, mayHaveArrived } = readNetworkFailure(thrown, hideAll, isSecure)
        return fail(code, advised(located(text, 'at', there), hint), { thrown, arrived: mayHaveArrived })
      },
    )
    const response = answer()
    if (response === undefined) throw fail('protocol', asked('`fetch` did not return a Response', there), {})
    const { status } = response
    if (status === 401) settings.credential?.refused?.(proof.headers)
    if (response.followed === true) {
      response.discard()
      const what = '`fetch` followed a redirect, against `redirect: manual`; it is not known which request was answered'
      throw fail('protocol', what, { status })
    }
    if (response.isOpaque === true || (status >= 300 && status < 400)) {
      response.discard()
      const what = located('answered with a redirect, which is never followed,', 'at', there)
      // "See Other" means that the request was executed (RFC 9110, section 15.4.4).
      const arrived = status === 303 || response.isOpaque === true
      throw fail('protocol', advised(what, 'check baseUrl', settings.redirectHint), { status, arrived })
    }
    const coming = response.text()
    const text =
      typeof coming === 'string'
        ? coming
        : await step(
            () => coming,
            (thrown) => {
              if (thrown instanceof BodyTooLarge) return fail('protocol', asked(thrown.message, there), { status })
              const { code, text } = readNetworkFailure(thrown, hideAll)
              return fail(code, located(`${text} while the answer was read`, 'at', there), { status, thrown })
            },
          )
    const others = (sending.hides?.() ?? []).filter((other) => other !== hide)
    const hideEach: Hide =
      others.length === 0 ? hide : (shown) => others.reduce((rest, other) => other(rest), proof.hide(shown))
    return incomingOf(response, text, hideEach, (what) => fail('protocol', asked(what, there), { status }))
  } catch (thrown) {
    // The caller's own `fetch` may return anything. After the request was sent, no failure proves that it had no effect.
    if (isStopError(thrown) || !sent) throw thrown
    throw fail('unknown', asked('the answer of `fetch` cannot be read', place), { thrown })
  } finally {
    attempt.close()
  }
}

/** The request as it will be sent, before it is signed. */
function describe(request: Outgoing, body: string, settings: Settings, attempt: AttemptSignal): Unsigned {
  const url = new URL(request.url)
  const { origin, pathname } = settings.baseUrl
  // A per-call baseUrl of the typed client would send this system's credential elsewhere.
  if (url.origin !== origin || !url.pathname.startsWith(pathname === '/' ? '/' : `${pathname}/`)) {
    refuse('baseUrl', 'cannot be changed for one call; make another system')
  }
  const headers = merged(settings.headers, Object.fromEntries(request.headers))
  return new Unsigned(request.method, url, headers, body, attempt)
}

function credentialError(
  { thrown, hide }: Unproven,
  { caller, operation }: Sending,
  fail: (code: StopErrorCode, what: string, details: { thrown: unknown }) => StopError,
): StopError {
  if (thrown instanceof Refusal) return asStopError(thrown, caller, operation)
  // Only an error of this package's own credentials says what it means for the call. A `not_found` of anything else would
  // be read as "the work is gone".
  if (!isStopError(thrown) || thrown.kind !== 'credential') {
    return fail('unauthenticated', 'the credential could not be made', { thrown })
  }
  const { code, message, system, kind, attempts, ambiguous, httpStatus, retryAfterMs } = thrown
  return new StopError(code, `${headOf(caller)}${hide(message)}`, {
    ...{ system, kind, operation: thrown.operation, attempts, ambiguous },
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(thrown.cause === undefined ? {} : { cause: summarize(thrown.cause, hide) }),
  })
}
