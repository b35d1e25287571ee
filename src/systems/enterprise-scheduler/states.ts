import { isEnded, type Phase } from '../../core/phase.js'
import { type State, timeOf } from '../../core/state.js'

/** The states of a request (docs.oracle.com, Javadoc of oracle.as.scheduler.State). */
const phaseOfState: Readonly<Record<string, Phase>> = {
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

/** The fields of a request that tell where it stands. Fusion sends an explicit null for what it has not. */
export interface RequestFields {
  readonly state?: string | null
  readonly stateDescription?: string | null
  readonly cause?: string | null
  readonly isForceCancelAllowed?: boolean | null
  readonly submissionTime?: string | null
  readonly processStartTime?: string | null
  readonly stateChangeTime?: string | null
  readonly completedTime?: string | null
}

export function stateOf(request: RequestFields | null | undefined): State {
  const native = request?.state ?? undefined
  const phase = phaseOfState[native ?? ''] ?? 'unknown'
  return {
    // `cause` is the second test of an end: NON_TERMINAL contradicts a word that says so.
    phase: isEnded(phase) && request?.cause === 'NON_TERMINAL' ? 'unknown' : phase,
    native,
    canForce: request?.isForceCancelAllowed ?? undefined,
    why: isEnded(phase) ? undefined : (request?.stateDescription ?? undefined),
    times: {
      createdAt: timeOf(request?.submissionTime),
      startedAt: timeOf(request?.processStartTime),
      changedAt: timeOf(request?.stateChangeTime),
      endedAt: timeOf(request?.completedTime),
    },
  }
}
