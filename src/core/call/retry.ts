import { checkDurationMs, checkWholeNumber, fieldsOf } from '../check/check.js'
import { backoffMs, type DelayBounds } from '../time/backoff.js'
import type { StopErrorCode } from '../words/error-code.js'
import type { Operation } from '../words/operation.js'
import { refuse } from '../words/refusal.js'

/** How often a request is retried after a temporary failure, and with which pauses. */
export interface RetryOptions {
  /** The maximum number of tries of one request, the first one included, 1 to 100. @default 4 */
  readonly attempts?: number | undefined
  /** The shortest pause before the next try, in milliseconds. @default 200 */
  readonly minDelayMs?: number | undefined
  /**
   * The longest back-off pause, in milliseconds. It does not limit a `Retry-After`, which is obeyed exactly (at most one
   * day). When a `Retry-After` is longer than the time left, the call ends at once.
   * @default 5000
   */
  readonly maxDelayMs?: number | undefined
}

/** The options of a retry, after the checks. */
export interface RetrySettings extends DelayBounds {
  readonly attempts: number
}

export const defaultRetry: RetrySettings = { attempts: 4, minDelayMs: 200, maxDelayMs: 5_000 }

/** One try only. */
export const noRetry: RetrySettings = { ...defaultRetry, attempts: 1 }

/** The longest pause of a read that has only seconds, in milliseconds. */
const shortPauseMs = 500

/** As many tries as the time allows, with short pauses. */
export function patient({ minDelayMs }: RetrySettings): RetrySettings {
  const least = Math.min(minDelayMs, shortPauseMs)
  return { attempts: Number.POSITIVE_INFINITY, minDelayMs: least, maxDelayMs: shortPauseMs }
}

const mostAttempts = 100

/** Checks the option `retry`. Absent fields come from `fallback`. */
export function checkRetry(value: unknown, fallback: RetrySettings): RetrySettings {
  if (value === undefined) return fallback
  if (value === false) return noRetry
  const fields = fieldsOf(value, 'retry', ['attempts', 'minDelayMs', 'maxDelayMs'])
  const attempts = checkWholeNumber(fields['attempts'], 'retry.attempts', fallback.attempts, { most: mostAttempts })
  const given = checkDurationMs(fields['maxDelayMs'], 'retry.maxDelayMs', fallback.maxDelayMs)
  const least = fields['maxDelayMs'] === undefined ? fallback.minDelayMs : Math.min(fallback.minDelayMs, given)
  const minDelayMs = checkDurationMs(fields['minDelayMs'], 'retry.minDelayMs', least)
  const maxDelayMs = fields['maxDelayMs'] === undefined ? Math.max(given, minDelayMs) : given
  if (minDelayMs > maxDelayMs) refuse('retry.minDelayMs', 'must not be greater than retry.maxDelayMs')
  return { attempts, minDelayMs, maxDelayMs }
}

/** A failed try: the facts that decide whether to retry. */
export interface FailedTry {
  readonly code: StopErrorCode
  /** The HTTP status; undefined when no answer came. */
  readonly status: number | undefined
  /** The system may have executed the request. */
  readonly mayHaveArrived: boolean
  /** How long the system asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined
}

/** Whether a retry can succeed and is harmless. The operation decides this, never the HTTP method. */
export function mayTryAgain({ effect, passing }: Operation, { code, status, mayHaveArrived }: FailedTry): boolean {
  // The system did not execute the request, so any operation may be retried.
  if (code === 'rate_limited') return true
  if (effect === 'harmful' && mayHaveArrived) return false
  if (status !== undefined) return passing.includes(status)
  return code === 'unavailable' || code === 'deadline_exceeded'
}

/**
 * The pause before the next try, in milliseconds. If the system asks for a pause, it is used without jitter. Otherwise it
 * is capped exponential back-off with full jitter. `tried` counts the tries so far.
 */
export function pauseMs(tried: number, { retryAfterMs }: FailedTry, bounds: DelayBounds): number {
  return retryAfterMs === undefined ? backoffMs(tried - 1, bounds) : Math.max(retryAfterMs, bounds.minDelayMs)
}
