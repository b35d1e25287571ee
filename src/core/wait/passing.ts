import { isWrongAddress } from '../http/network.js'
import type { StopError } from '../words/error.js'

/**
 * Whether an error means that nothing arrived because the system is down or overloaded. A host that does not exist and a
 * refused certificate are permanent failures.
 */
export function isOutage(error: StopError): boolean {
  const passes = ['unavailable', 'rate_limited', 'deadline_exceeded'].includes(error.code)
  return passes && !error.ambiguous && !isWrongAddress(error)
}

/** Whether a failed request may succeed later without any change. */
export function isPassing({ code, httpStatus = 0 }: StopError): boolean {
  switch (code) {
    case 'unavailable':
    case 'deadline_exceeded':
    case 'rate_limited':
    // Perhaps a temporary page of a proxy. If it stays, the deadline ends the wait.
    case 'protocol':
      return true
    default:
      return code === 'unknown' && httpStatus >= 500
  }
}
