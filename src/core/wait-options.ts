import type { DelayBounds } from './backoff.js'
import { checkDurationMs, checkFunction } from './check.js'
import type { Mode } from './mode.js'
import type { CallOptions, StopOptions } from './options.js'
import { checkPoll } from './poll.js'
import type { Warning } from './receipt.js'
import { refuse } from './refusal.js'
import type { Status } from './status.js'

/** What every wait takes beside the call's own options. `timeoutMs` bounds each request of it. */
export interface WaitOptions<S extends Status = Status> extends CallOptions {
  /**
   * The longest to wait, in milliseconds. There is no default: some work never ends, and nobody else can know how long
   * is too long. When it is over, what is known is returned; it is not an error.
   */
  readonly deadlineMs: number
  /**
   * Called with each state that differs from the one before. What it throws ends the wait. A promise that it returns is
   * awaited before the next look, and before an escalation, but never beyond the deadline or your signal; when it rejects,
   * that ends the wait too.
   */
  readonly onPhase?: ((status: S) => unknown) | undefined
  /**
   * The shortest and longest pause between two looks, in milliseconds; they grow from the one to the other.
   * @default the factory's `poll`, else the system's own
   */
  readonly poll?: DelayBounds | undefined
}

/** What `waitUntilEnded()` takes. */
export interface WaitUntilEndedOptions<S extends Status = Status>
  extends WaitOptions<S>,
    Pick<StopOptions, 'ifMissing'> {}

/** What `stopAndWait()` takes. */
export interface StopAndWaitOptions<M extends Mode = Mode, S extends Status = Status>
  extends StopOptions<M>,
    WaitOptions<S> {
  /**
   * Begin with `graceful`, and `force` once if the work has not ended so many milliseconds after the first stop was sent
   * that was accepted or may have arrived: an outage before that does not count. Less than `deadlineMs`. Where the system
   * has a rule of its own (Enterprise Scheduler's `isForceCancelAllowed`), it is asked and obeyed. There it is for
   * asynchronous requests only, and Oracle asks you to have made sure before that the remote job no longer executes.
   * Only a system that has both modes can go from the one to the other.
   * @default never
   */
  readonly escalateAfterMs?: [Mode] extends [M] ? number | undefined : never
}

/** How one kind of system is waited for. */
export interface WaitRules {
  readonly name: string
  readonly kind: string
  /** The pauses between two looks. */
  readonly poll: DelayBounds
  /** The modes in which a second stop does no harm. */
  readonly repeatable: Readonly<Record<Mode, boolean>>
  /** The stop is the removal of the record, so a record that is gone was stopped. */
  readonly goneIsStopped: boolean
  /** What a stop of each mode does beside stopping its target. */
  readonly sideEffects: Readonly<Partial<Record<Mode, readonly Warning[]>>>
  /** The record may be gone once the work has been stopped, so that a stop's own success can look like no record. */
  readonly mayVanish: boolean
  /** Force is allowed by a flag of the state, and only then. */
  readonly forceNeedsPermission: boolean
  /** How long a record may take to appear, in milliseconds. */
  readonly appearsWithinMs: number
}

/** The options of a wait after the checks. */
export interface WaitSettings {
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
  /** The pauses between two reads, where the call names them. */
  readonly poll: DelayBounds | undefined
}

export const waitOptionNames = ['deadlineMs', 'onPhase', 'poll'] as const

export function checkWaitOptions(fields: Readonly<Record<string, unknown>>): WaitSettings {
  if (fields['deadlineMs'] === undefined) refuse('deadlineMs', 'is required: nobody else knows how long is too long')
  checkFunction(fields['onPhase'], 'onPhase')
  return {
    deadlineMs: checkDurationMs(fields['deadlineMs'], 'deadlineMs', 0),
    signal: fields['signal'] as AbortSignal | undefined,
    poll: checkPoll(fields['poll']),
  }
}

/** When to escalate, in milliseconds; undefined when nobody asked for it. */
export function checkEscalation(
  fields: Readonly<Record<string, unknown>>,
  modes: readonly Mode[],
  deadlineMs: number,
): number | undefined {
  const value = fields['escalateAfterMs']
  if (value === undefined) return undefined
  if (modes.length < 2) refuse('escalateAfterMs', 'needs a system with two modes')
  if (fields['mode'] === 'force') refuse('escalateAfterMs', "cannot go with mode 'force'")
  const escalateAfterMs = checkDurationMs(value, 'escalateAfterMs', 0)
  if (escalateAfterMs >= deadlineMs) {
    refuse('escalateAfterMs', 'must be less than deadlineMs, or nothing would ever be forced')
  }
  return escalateAfterMs
}
