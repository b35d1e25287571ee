import { StopError } from './error.js'
import { advised } from './place.js'

/** What to do about work without a record. */
export const acceptHint = "where no record is good enough, give ifMissing: 'accept'"

/** The error for a target without a record, with what to do about it. */
export function orAccept(error: StopError): StopError {
  return new StopError(error.code, advised(error.message, acceptHint), { ...error, cause: error.cause })
}
