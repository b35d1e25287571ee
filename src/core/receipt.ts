import type { Mode } from './mode.js'
import type { Outcome } from './outcome.js'
import type { Phase } from './phase.js'

/**
 * - `neighbours-stopped`: other work that ran in the same instance was stopped too.
 * - `children-stopped`: work that the target had started is stopped with it.
 * - `state-may-leak`: persisted state may be left behind.
 * - `remote-may-run`: the system does not follow the work any more; its code may still run elsewhere.
 * - `existence-unknown`: the system gives this answer for any id, also for one that never existed.
 * - `earlier-try-unanswered`: a stop got no answer: it may be what ended the work, or may never have arrived.
 * - `already-stopping`: a stop was under way already; this call joined it (`ifStopping: 'join'`).
 * - `not-checked`: whether a stop was under way already could not be read; this one may be a second.
 */
export type WarningCode =
  | 'neighbours-stopped'
  | 'children-stopped'
  | 'state-may-leak'
  | 'remote-may-run'
  | 'existence-unknown'
  | 'earlier-try-unanswered'
  | 'already-stopping'
  | 'not-checked'

/** A side effect of a stop, or a doubt about it. */
export interface Warning {
  readonly code: WarningCode
  /** The same, in words for people. */
  readonly message: string
}

/** An answer as the system gave it. Credentials that it echoes are hidden. */
export interface RawResponse {
  readonly status: number
  /** Names in lower case; cookies are left out. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON (integers beyond 2^53 as text), else the text, else undefined. */
  readonly body: unknown
}

/**
 * What is known of a stop: the request, the system's answer, and what it means. It claims no more than the system said.
 */
export interface Receipt<K extends string = string, T = unknown, M extends Mode = Mode> {
  /** The system's name in the fleet, or its kind when it is used alone. */
  readonly system: string
  readonly kind: K
  /** What was to stop, in the form that the system uses. */
  readonly target: T
  /** How it was asked to stop, also when the call named no mode. */
  readonly mode: M
  readonly outcome: Outcome
  /** The state of the work, as far as the system reported it; else `unknown`. */
  readonly phase: Phase
  /** Whether the system said that the work has ended: with every outcome but `accepted`. */
  readonly ended: boolean
  /** The system's own word for the phase, such as `CANCELLING`, when it gave one. */
  readonly native?: string
  /** The status of the answer to the stop; where nothing was sent (`already-stopping`), of the read. */
  readonly httpStatus: number
  /** The id under which the system's operators can find the request. */
  readonly requestId?: string
  /** How many times the stop was sent, all tries counted. */
  readonly attempts: number
  /** How long the call took, in milliseconds. */
  readonly elapsedMs: number
  /** Why the work goes on, or how it ended, in words, where the system tells more than phase and outcome say. */
  readonly why?: string
  /** Side effects and doubts. */
  readonly warnings: readonly Warning[]
  /** The answer to the stop; where nothing was sent, to the read. */
  readonly response: RawResponse
  /** What is known, in one printable line of at most 300 characters for people. Decide by `outcome` and `phase`. */
  readonly summary: string
}

/** One step of a stop that was waited for: a stop that was sent, or a change of state that was read. */
export interface Step {
  /** When it happened, ISO 8601. */
  readonly at: string
  /** The mode of a stop that was sent; absent when the state was read, also where that made the stop join another. */
  readonly mode?: Mode
  /** The status of the answer; absent when none came. */
  readonly httpStatus?: number
  /** The state of the work, as far as that answer reported it. */
  readonly phase: Phase
  /** The system's own word for the phase. */
  readonly native?: string
}

/** What is known after a stop was waited for. */
export interface WaitReceipt<K extends string = string, T = unknown, M extends Mode = Mode> extends Receipt<K, T, M> {
  /** Why the work has not ended, was not forced, was not seen, or ended without an explanation, in words. */
  readonly why?: string
  /** Each stop that was sent, and each change of phase that was seen, in order. */
  readonly steps: readonly Step[]
}
