import type { Place } from '../http/place.js'
import { StopError } from '../words/error.js'
import { type Caller, headOf } from '../words/identity.js'

/** What a call is waiting for. Errors of this call, and of calls that wait for it, show it. */
export interface Progress {
  /** How its errors begin. */
  head: string
  /** The last request, or the server that is asked for its headers. */
  place?: Place | undefined
  /** The failure of the last try, while the call pauses before the next one. */
  failed?: StopError | undefined
  /** The shared task that it waits for. */
  shared?: Progress | undefined
}

/** The place that a call, or the shared task that it waits for, has reached. */
export function stepOf(progress: Progress): Place | undefined {
  return progress.shared === undefined ? progress.place : stepOf(progress.shared)
}

/** The error of a shared task, with the name of this caller. The call that ran the task may have another name. */
export function inNameOf(caller: Caller, error: StopError, { head }: Progress): StopError {
  // A credential belongs to no system.
  const system = error.kind === caller.kind ? caller.system : error.system
  return new StopError(
    error.code,
    error.message.replace(head, () => headOf(caller)),
    { ...error, cause: error.cause, system },
  )
}
