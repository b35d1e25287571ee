import { backoffMs, type DelayBounds } from './backoff.js'
import { checkDurationMs, fieldsOf } from './check.js'
import type { StopErrorCode } from './error.js'
import type { Operation } from './operation.js'
import { refuse } from './refusal.js'

/** How often, and after which pauses, a request is sent again that failed for a passing reason. */
export interface RetryOptions {
  /** How many times one request is tried at most, the first time included, 1 to 100. @default 4 */
  readonly attempts?: number | undefined
  /** The shortest pause before the next try, in milliseconds. @default 200 */
  readonly minDelayMs?: number | undefined
  /**
   * The longest pause of our own choosing, in milliseconds. A `Retry-After` is obeyed to the letter, however long; when
   * it leads beyond the call's time, the call ends at once.
   * @default 5000
   */
  readonly maxDelayMs?: number | undefined
}

/** The same after the checks. */
export interface RetrySettings extends DelayBounds {
  readonly attempts: number
}

export const defaultRetry: RetrySettings = { attempts: 4, minDelayMs: 200, maxDelayMs: 5_000 }

/** Nothing is sent a second time. */
export const noRetry: RetrySettings = { ...defaultRetry, attempts: 1 }

/** The longest pause of a question that has only seconds, in milliseconds. */
const shortPauseMs = 500

/** As often as time allows, with pauses that are short beside a time of some seconds. */
export function patient({ minDelayMs }: RetrySettings): RetrySettings {
  const least = Math.min(minDelayMs, shortPauseMs)
  return { attempts: Number.POSITIVE_INFINITY, minDelayMs: least, maxDelayMs: shortPauseMs }
}

const mostAttempts = 100

/** Checks the option `retry`; what it leaves out is `fallback`'s. */
export function checkRetry(value: unknown, fallback: RetrySettings): RetrySettings {
  if (value === undefined) return fallback
  if (value === false) return noRetry
  const fields = fieldsOf(value, 'retry', ['attempts', 'minDelayMs', 'maxDelayMs'])
  const { attempts = fallback.attempts } = fields
  if (typeof attempts !== 'number' || !Number.isInteger(attempts) || attempts < 1 || attempts > mostAttempts) {
    refuse('retry.attempts', `must be a whole number from 1 to ${mostAttempts}`)
  }
  const given = checkDurationMs(fields['maxDelayMs'], 'retry.maxDelayMs', fallback.maxDelayMs)
  const least = fields['maxDelayMs'] === undefined ? fallback.minDelayMs : Math.min(fallback.minDelayMs, given)
  const minDelayMs = checkDurationMs(fields['minDelayMs'], 'retry.minDelayMs', least)
  const maxDelayMs = fields['maxDelayMs'] === undefined ? Math.max(given, minDelayMs) : given
  if (minDelayMs > maxDelayMs) refuse('retry.minDelayMs', 'must not be above retry.maxDelayMs')
  return { attempts, minDelayMs, maxDelayMs }
}

/** A try that failed, as far as trying again goes. */
export interface FailedTry {
  readonly code: StopErrorCode
  /** The status, when the system answered; undefined when nobody did. */
  readonly status: number | undefined
  /** The system may have done what was asked. */
  readonly mayHaveArrived: boolean
  /** How long the system asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined
}

/** Whether another try can succeed where this one failed, and does no harm. Decided per operation, never by HTTP method. */
export function mayTryAgain({ effect, passing }: Operation, { code, status, mayHaveArrived }: FailedTry): boolean {
  // Turned away at the door, whatever it asked for.
  if (code === 'rate_limited') return true
  if (effect === 'once' && mayHaveArrived) return false
  if (status !== undefined) return passing.has(status)
  return code === 'unavailable' || code === 'deadline_exceeded'
}

/**
 * The pause before the next try, in milliseconds: what the system asks for, without jitter, for it knows; else capped
 * exponential back-off with full jitter. `tried` counts the tries so far.
 */
export function pauseMs(tried: number, { retryAfterMs }: FailedTry, bounds: DelayBounds): number {
  return retryAfterMs === undefined ? backoffMs(tried - 1, bounds) : Math.max(retryAfterMs, bounds.minDelayMs)
}
