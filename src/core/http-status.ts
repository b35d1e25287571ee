import type { StopErrorCode } from './error.js'

/** What an HTTP status means when the system's own sheet says nothing else (RFC 9110, RFC 6585). */
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
    // No API of these says so: something in front of it does.
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

/** No answer makes us wait longer than a day, in milliseconds; a number of any length fits a timer so. */
const longestRetryAfterMs = 86_400_000

/**
 * `Retry-After` in milliseconds, 0 to a day: seconds or a date (RFC 9110, section 10.2.3); undefined when absent or
 * unreadable. A date is counted from the answer's own `Date`, so that a clock that is off does not matter.
 */
export function retryAfterMs(headers: Headers, now: number = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (value === undefined || value === '') return undefined
  if (/^\d+$/.test(value)) return clampRetryAfter(Number(value) * 1000)
  // Every form of an HTTP date begins with the day's name and means GMT, the oldest without saying it; Date.parse would
  // make a date of nearly anything, in the zone of this machine.
  const then = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(/GMT$/.test(value) ? value : `${value} GMT`) : Number.NaN
  const sent = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(then) ? undefined : clampRetryAfter(then - (Number.isNaN(sent) ? now : sent))
}

/** A time that a system asks to wait, within what can be meant. */
export function clampRetryAfter(ms: number): number {
  return Math.min(longestRetryAfterMs, Math.max(0, ms))
}

/** Signatures and tokens hold a time. Vendors allow some minutes; more than this is worth a word. */
const worthSayingMs = 120_000

/** Both times in words, when the clock here and the server's `Date` are far apart; else undefined. */
export function clockSkew(headers: Headers, now: number = Date.now()): string | undefined {
  const there = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(there) || Math.abs(there - now) < worthSayingMs) return undefined
  return `the clocks differ: here ${new Date(now).toISOString()}, there ${new Date(there).toISOString()}`
}
