import { StopError } from './error.js'
import { type Caller, headOf } from './identity.js'
import type { Place } from './place.js'

/** What a call is waiting for, for the errors of those who wait for it. */
export interface Progress {
  /** How its errors begin. */
  head: string
  /** The request that was sent last, or who is asked for its headers. */
  place?: Place | undefined
  /** What it shares with others, and waits for meanwhile. */
  shared?: Progress | undefined
}

/** Where a call has got to, or what it shares with others. */
export function stepOf(progress: Progress): Place | undefined {
  return progress.shared === undefined ? progress.place : stepOf(progress.shared)
}

/** The error of what several calls share, as one of this caller: the call that did it may go by another name. */
export function inNameOf(caller: Caller, error: StopError, { head }: Progress): StopError {
  // A credential is of no system.
  const system = error.kind === caller.kind ? caller.system : error.system
  return new StopError(
    error.code,
    error.message.replace(head, () => headOf(caller)),
    { ...error, cause: error.cause, system },
  )
}
