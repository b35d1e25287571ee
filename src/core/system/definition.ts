import type { Call } from '../call/call.js'
import type { Look } from '../call/look-first.js'
import type { DelayBounds } from '../time/backoff.js'
import type { ReadFailure } from '../words/answer.js'
import type { StopFinding } from '../words/finding.js'
import type { Mode } from '../words/mode.js'
import type { Operation } from '../words/operation.js'
import type { Memory, Seen } from '../words/state.js'
import type { Warning } from '../words/warning.js'

/** The input of a system's stop.ts. */
export interface StopRequest<T, M extends Mode, X extends object = object> {
  readonly call: Call
  readonly target: T
  readonly mode: M
  /**
   * Reads whether a stop is under way, and gives the finding of a call that joins it. For a system whose second graceful
   * stop can do harm. `force` is always sent, so then nothing is read. The warnings of the read are added to the finding.
   */
  look(): Promise<Pick<Look, 'joined' | 'seen'>>
  readonly extra: X
}

/** One mode of a system. */
export interface ModeRules {
  /** The operation that stops the work. It decides whether a second stop is harmless. */
  readonly operation: Operation
  /** What such a stop does besides. @default nothing */
  readonly sideEffects?: readonly Warning[]
}

/** The options that only this system's `stop()` or `purge()` has, and their check. */
export interface OwnOptions<X extends object> {
  readonly names: readonly string[]
  check(options: Readonly<Record<string, unknown>>): X
}

/**
 * The definition of one kind of system: what is special about it. Everything that is not given here has a default. What
 * all kinds have in common is in system.ts and waits.ts.
 */
export interface SystemDefinition<K extends string, T, M extends Mode, X extends object = object> {
  readonly kind: K
  /** The modes, the gentlest first. */
  readonly modes: Readonly<Record<M, ModeRules>>
  /** Checks a target and converts it to the form that the system uses. */
  checkTarget(target: unknown): T
  readonly readFailure: ReadFailure
  stop(request: StopRequest<T, M, X>): Promise<StopFinding>
  /** `memory` belongs to a wait. Without it the read is a full one. */
  readState(call: Call, target: T, memory?: Memory): Promise<Seen>
  /** @default stop() has no options of its own */
  readonly stopOptions?: OwnOptions<X>
  /** Where an answer has the id of the HTTP request, for the system's operators. @default nowhere */
  readonly answerId?: AnswerIdPlaces
  /**
   * Headers that every request of this system has. They win over the headers of the factory; those of one call win over
   * them. Undefined ones are left out. @default none
   */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Characters that the system requires unescaped in a path. @default none */
  readonly unescapedInPath?: string
  /** What a redirect of this system means, for the error. @default only "check baseUrl" */
  readonly redirectHint?: string
  /** The pauses between two reads of a wait. @default 1 to 10 s */
  readonly poll?: DelayBounds
  /** A stop removes the record, so work whose record is gone was stopped. @default false */
  readonly goneIsStopped?: boolean
  /** A stop may remove the record, so a missing record can be the result of the stop. @default false */
  readonly mayVanish?: boolean
  /** Force is allowed only when a flag of the state says so (`canForce`). @default false */
  readonly forceNeedsPermission?: boolean
  /** How long a record may take to appear, in milliseconds. @default 0 */
  readonly appearsWithinMs?: number
}

/** The headers and the field of a failed body that may hold the id of the HTTP request. The first one found counts. */
export interface AnswerIdPlaces {
  readonly headers?: readonly string[]
  readonly field?: string
}
