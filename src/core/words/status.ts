import type { Phase } from './phase.js'
import type { RawResponse } from './receipt.js'
import type { Times } from './state.js'

/** The state of the work at the time of the read. */
export interface Status<K extends string = string, T = unknown> {
  /** The system's name in the fleet, or its kind when it is used alone. */
  readonly system: string
  readonly kind: K
  readonly target: T
  /** `gone` when the system has no record: the work may have ended long ago, or may never have existed. */
  readonly phase: Phase
  /** Whether the work has ended. `unknown` counts as not ended. */
  readonly ended: boolean
  /** The system's own name of the state. */
  readonly native?: string
  /** Whether the system allows force now; absent when it does not say so. Only Enterprise Scheduler does. */
  readonly canForce?: boolean
  /** Why the work still runs, or why its end is not explained, if the system says so. */
  readonly why?: string
  /** The times that the system keeps. */
  readonly times: Times
  readonly httpStatus: number
  /** The id by which the operators of the system can find the request. */
  readonly requestId?: string
  /** How long the call took, in milliseconds. */
  readonly elapsedMs: number
  readonly response: RawResponse
  /** The state for people: one printable line of at most 300 characters. Decide by `phase` and `ended`, not by this text. */
  readonly summary: string
}
