import type { Phase } from './phase.js'
import type { RawResponse } from './receipt.js'
import type { Times } from './state.js'

/** The state of a piece of work at the time of the read. */
export interface Status<K extends string = string, T = unknown> {
  /** The system's name in the fleet, or its kind when it is used alone. */
  readonly system: string
  readonly kind: K
  readonly target: T
  /** `gone` when the system keeps no record: it may have ended long ago, or never have existed. */
  readonly phase: Phase
  /** Whether it has ended, as the system reports it. `unknown` counts as not ended. */
  readonly ended: boolean
  /** The system's own word for the phase. */
  readonly native?: string
  /** Whether the system allows force now, where it says so (Enterprise Scheduler). */
  readonly canForce?: boolean
  /** Why the work goes on, or why its end is not explained, in words, where the system tells. */
  readonly why?: string
  /** When things happened, where the system keeps the times. */
  readonly times: Times
  readonly httpStatus: number
  /** The id under which the system's operators can find the request. */
  readonly requestId?: string
  /** How long the call took, in milliseconds. */
  readonly elapsedMs: number
  readonly response: RawResponse
  /** What is known, in one printable line of at most 300 characters for people. Decide by `phase` and `ended`. */
  readonly summary: string
}
