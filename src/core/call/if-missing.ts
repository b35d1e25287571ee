import { StopError } from '../words/error.js'
import { advised } from '../words/text.js'

/** What to do about work without a record. */
export const acceptHint = "to accept a missing record, set ifMissing: 'accept'"

/** The error for a target without a record, with what to do about it. */
export function orAccept(error: StopError): StopError {
  return new StopError(error.code, advised(error.message, acceptHint), { ...error, cause: error.cause })
}
