import type { CallOptions, StopOptions } from '../call/options.js'
import { checkDurationMs, checkFunction } from '../check/check.js'
import { checkPoll } from '../check/poll.js'
import type { DelayBounds } from '../time/backoff.js'
import type { Mode } from '../words/mode.js'
import { refuse } from '../words/refusal.js'
import type { Status } from '../words/status.js'
import type { Warning } from '../words/warning.js'

/** The options of every wait, in addition to those of a call. `timeoutMs` limits each stop and each read of the wait. */
export interface WaitOptions<S extends Status = Status> extends CallOptions {
  /**
   * The longest time to wait, in milliseconds. Required, because some work never ends. At the deadline the function
   * returns what is known; this is not an error.
   */
  readonly deadlineMs: number
  /**
   * Called with each state that differs from the previous one. An error that it throws ends the wait. If it returns a
   * promise, the wait awaits it before the next read or escalation, but not beyond the deadline or your signal. A
   * rejection ends the wait too.
   */
  readonly onPhase?: ((status: S) => unknown) | undefined
  /**
   * The shortest and longest pause between two reads, in milliseconds. The pauses grow from the shortest to the longest.
   * @default the factory's `poll`, else the system's own
   */
  readonly poll?: DelayBounds | undefined
}

/** The options of `waitUntilEnded()`. */
export interface WaitUntilEndedOptions<S extends Status = Status>
  extends WaitOptions<S>,
    Pick<StopOptions, 'ifMissing'> {}

/** The options of `stopAndWait()`. */
export interface StopAndWaitOptions<M extends Mode = Mode, S extends Status = Status>
  extends StopOptions<M>,
    WaitOptions<S> {
  /**
   * Send `graceful` first, and send `force` once if the work has not ended after this time, in milliseconds. It must be
   * less than `deadlineMs`. The time counts from when the first stop was sent that was accepted or may have arrived, so
   * an earlier outage does not count. Only systems with both modes have this option.
   *
   * Enterprise Scheduler is forced only when the request says `isForceCancelAllowed`; this is for asynchronous requests
   * only. Oracle asks you to make sure first that the remote job no longer executes.
   * @default never
   */
  readonly escalateAfterMs?: [Mode] extends [M] ? number | undefined : never
}

/** How a wait treats one kind of system. */
export interface WaitRules {
  readonly name: string
  readonly kind: string
  /** The pauses between two reads. */
  readonly poll: DelayBounds
  /** The modes in which a second stop does no harm. */
  readonly repeatable: Readonly<Record<Mode, boolean>>
  /** A stop removes the record, so work whose record is gone was stopped. */
  readonly goneIsStopped: boolean
  /** The side effects of a stop, for each mode. */
  readonly sideEffects: Readonly<Record<Mode, readonly Warning[]>>
  /** A stop may remove the record, so a missing record can be the result of the stop. */
  readonly mayVanish: boolean
  /** Force is allowed only when a flag of the state says so. */
  readonly forceNeedsPermission: boolean
  /** How long a record may take to appear, in milliseconds. */
  readonly appearsWithinMs: number
}

/** The options of a wait after the checks. */
export interface WaitSettings {
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
  /** The pauses between two reads; undefined when the call sets none. */
  readonly poll: DelayBounds | undefined
}

export const waitOptionNames = ['deadlineMs', 'onPhase', 'poll'] as const

export function checkWaitOptions(fields: Readonly<Record<string, unknown>>): WaitSettings {
  if (fields['deadlineMs'] === undefined) refuse('deadlineMs', 'is required: the longest time to wait, in milliseconds')
  checkFunction(fields['onPhase'], 'onPhase')
  return {
    deadlineMs: checkDurationMs(fields['deadlineMs'], 'deadlineMs', 0),
    signal: fields['signal'] as AbortSignal | undefined,
    poll: checkPoll(fields['poll']),
  }
}

/** When to escalate, in milliseconds; undefined without `escalateAfterMs`. */
export function checkEscalation(
  fields: Readonly<Record<string, unknown>>,
  modes: readonly Mode[],
  deadlineMs: number,
): number | undefined {
  const value = fields['escalateAfterMs']
  if (value === undefined) return undefined
  if (modes.length < 2) refuse('escalateAfterMs', 'needs a system with two modes')
  if (fields['mode'] === 'force') refuse('escalateAfterMs', "cannot be combined with mode 'force'")
  const escalateAfterMs = checkDurationMs(value, 'escalateAfterMs', 0)
  if (escalateAfterMs >= deadlineMs) {
    refuse('escalateAfterMs', 'must be less than deadlineMs, otherwise force is never sent')
  }
  return escalateAfterMs
}
