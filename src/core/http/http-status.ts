import type { StopErrorCode } from '../words/error-code.js'
import type { HeaderFields } from '../words/header-fields.js'

/** The meaning of an HTTP status, unless the documentation of the system says otherwise (RFC 9110, RFC 6585). */
export function codeOfStatus(status: number): StopErrorCode {
  switch (status) {
    case 400:
    case 413:
    case 414:
    case 422:
      return 'invalid_argument'
    case 401:
      return 'unauthenticated'
    case 403:
      return 'permission_denied'
    case 404:
      return 'not_found'
    case 408:
    case 504:
      return 'deadline_exceeded'
    case 409:
    case 412:
      return 'failed_precondition'
    case 405:
    case 406:
    // None of these APIs uses these statuses, so a server in front of it answered.
    case 410:
    case 415:
      return 'protocol'
    case 429:
      return 'rate_limited'
    case 502:
    case 503:
      return 'unavailable'
    default:
      // A success that the operation does not have: some other server answered.
      return status < 300 ? 'protocol' : 'unknown'
  }
}

/** The longest `Retry-After` that is obeyed, in milliseconds: one day. So every value fits a timer. */
const longestRetryAfterMs = 86_400_000

/**
 * `Retry-After` in milliseconds, 0 to a day: seconds or a date (RFC 9110, section 10.2.3); undefined when absent or
 * unreadable.
 */
export function retryAfterMs(headers: HeaderFields, now: number = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (value === undefined || value === '') return undefined
  if (/^\d+$/.test(value)) return clampRetryAfter(Number(value) * 1000)
  // Every form of an HTTP date begins with the day's name and means GMT, the oldest without saying it; Date.parse would
  // make a date of nearly anything, in the zone of this machine.
  const then = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(/GMT$/.test(value) ? value : `${value} GMT`) : Number.NaN
  return untilMs(headers, then, now)
}

/**
 * The time until a moment that a header names, such as the end of a rate limit, in milliseconds, 0 to a day; undefined for
 * NaN. It is counted from the answer's own `Date`, so that a clock that is off does not matter.
 */
export function untilMs(headers: HeaderFields, moment: number, now: number = Date.now()): number | undefined {
  const sent = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(moment) ? undefined : clampRetryAfter(moment - (Number.isNaN(sent) ? now : sent))
}

/** A pause that a system asks for, limited to 0 to one day. */
export function clampRetryAfter(ms: number): number {
  return Math.min(longestRetryAfterMs, Math.max(0, ms))
}

/** Signatures and tokens contain a time. Vendors allow some minutes of difference; a larger one is reported. */
const worthSayingMs = 120_000

/** Both times in words, when the clock here and the server's `Date` are far apart; else undefined. */
export function clockSkew(headers: HeaderFields, now: number = Date.now()): string | undefined {
  const there = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(there) || Math.abs(there - now) < worthSayingMs) return undefined
  return `the clocks differ: here ${new Date(now).toISOString()}, there ${new Date(there).toISOString()}`
}
