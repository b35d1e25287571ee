import type { Mode } from './mode.js'
import type { Outcome } from './outcome.js'
import type { Phase } from './phase.js'
import type { Warning } from './warning.js'

/** The system's answer. Credentials that it echoes are hidden. */
export interface RawResponse {
  readonly status: number
  /** Names in lower case; cookies are left out. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON (integers beyond 2^53 as text), or text, or undefined when the body is empty. */
  readonly body: unknown
}

/**
 * The result of a stop: the request, the system's answer, and its meaning. It never says more than the system said.
 */
export interface Receipt<K extends string = string, T = unknown, M extends Mode = Mode> {
  /** The system's name in the fleet, or its kind when it is used alone. */
  readonly system: string
  readonly kind: K
  /** The target, in the form that the system uses. */
  readonly target: T
  /** The mode of the stop, also when the call set none. */
  readonly mode: M
  readonly outcome: Outcome
  /** The state of the work; `unknown` when the system did not report it. */
  readonly phase: Phase
  /**
   * Whether nothing is left to stop: true for every outcome except `accepted`. Of `gone` with `ifMissing: 'accept'` nobody
   * knows whether it ever existed: check the id.
   */
  readonly ended: boolean
  /** The system's own name of the state, such as `CANCELLING`, if it gave one. */
  readonly native?: string
  /** The HTTP status of the answer to the stop; of the read, if no stop was sent (`already-stopping`). */
  readonly httpStatus: number
  /** The id by which the operators of the system can find the request. */
  readonly requestId?: string
  /** How many times the stop was sent, all tries counted. */
  readonly attempts: number
  /** How long the call took, in milliseconds. */
  readonly elapsedMs: number
  /** Why the work still runs, or how it ended, if the system says more than `phase` and `outcome` do. */
  readonly why?: string
  /** Side effects and uncertainties. */
  readonly warnings: readonly Warning[]
  /** The answer to the stop; to the read, if no stop was sent. */
  readonly response: RawResponse
  /** The result for people: one printable line of at most 300 characters. Decide by `outcome` and `phase`, not by this text. */
  readonly summary: string
}

/** One step of `stopAndWait`: a stop that was sent, or a change of state that was read. */
export interface Step {
  /** When it happened, ISO 8601. */
  readonly at: string
  /** The mode of the stop that was sent; absent for a read, and for a stop that joined another. */
  readonly mode?: Mode
  /** The HTTP status of the answer; absent when no answer came. */
  readonly httpStatus?: number
  /** The state of the work; `unknown` when the answer did not report it. */
  readonly phase: Phase
  /** The system's own name of the state. */
  readonly native?: string
}

/** The result of `stopAndWait`. */
export interface WaitReceipt<K extends string = string, T = unknown, M extends Mode = Mode> extends Receipt<K, T, M> {
  /** Why the work has not ended, was not forced, could not be read, or ended without an explanation. */
  readonly why?: string
  /** Each stop that was sent and each change of state that was read, in order. */
  readonly steps: readonly Step[]
}
