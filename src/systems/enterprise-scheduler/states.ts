import type { AnswerFields } from '../../core/answer-fields.js'
import { isEnded, phaseWords } from '../../core/phase.js'
import type { State } from '../../core/state.js'

/** The states of a request (docs.oracle.com, Javadoc of oracle.as.scheduler.State). */
const phaseOfState = phaseWords({
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
})

/** Where a request stands. Fusion sends an explicit null for what it has not. */
export function stateOf(request: AnswerFields): State {
  const native = request.text('state')
  const phase = phaseOfState(native)
  return {
    // `cause` is the second test of an end: NON_TERMINAL contradicts a word that says so.
    phase: isEnded(phase) && request.text('cause') === 'NON_TERMINAL' ? 'unknown' : phase,
    native,
    canForce: request.flag('isForceCancelAllowed'),
    why: isEnded(phase) ? undefined : request.text('stateDescription'),
    times: {
      createdAt: request.time('submissionTime'),
      startedAt: request.time('processStartTime'),
      changedAt: request.time('stateChangeTime'),
      endedAt: request.time('completedTime'),
    },
  }
}
