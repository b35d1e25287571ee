import type { Phase } from '../../core/phase.js'
import type { State } from '../../core/state.js'

/** The states of a request (docs.oracle.com, Javadoc of oracle.as.scheduler.State). */
export const phaseOfState: Readonly<Record<string, Phase>> = {
  WAIT: 'queued',
  READY: 'queued',
  BLOCKED: 'queued',
  PENDING_VALIDATION: 'queued',
  HOLD: 'suspended',
  PAUSED: 'suspended',
  // Somebody has to decide whether it is tried again: not an end.
  ERROR_MANUAL_RECOVERY: 'suspended',
  RUNNING: 'running',
  // The executable is done, its post-processing runs.
  COMPLETED: 'running',
  ERROR_AUTO_RETRY: 'running',
  // The schedule is over, but its children may still run.
  SCHEDULE_ENDED: 'running',
  CANCELLING: 'stopping',
  CANCELLED: 'stopped',
  SUCCEEDED: 'succeeded',
  FINISHED: 'succeeded',
  WARNING: 'succeeded',
  ERROR: 'failed',
  VALIDATION_FAILED: 'failed',
  EXPIRED: 'expired',
}

/** What a request says of its own force cancel. */
export interface RequestState extends State {
  /** Whether the system allows a force cancel now; undefined when it did not say. */
  readonly canForce?: boolean | undefined
}

export function stateOf(state: string | null | undefined, canForce?: boolean | null): RequestState {
  return {
    phase: phaseOfState[state ?? ''] ?? 'unknown',
    native: state ?? undefined,
    ...(typeof canForce === 'boolean' ? { canForce } : {}),
  }
}
