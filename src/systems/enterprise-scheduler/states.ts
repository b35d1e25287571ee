import type { AnswerFields } from '../../core/answer-fields.js'
import { isEnded, type Phase, phaseWords } from '../../core/phase.js'
import type { State } from '../../core/state.js'
import { endOfCause } from './causes.js'

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

const notAsynchronous = 'the request is not asynchronous, and only asynchronous requests can be force cancelled'

/** Where a request stands. Fusion sends an explicit null for what it has not. */
export function stateOf(request: AnswerFields): State {
  const native = request.text('state')
  const cause = request.text('cause')
  const phase = phaseOfState(native)
  return {
    native,
    canForce: request.flag('isForceCancelAllowed'),
    neverForce: request.flag('isAsynchronous') === false ? notAsynchronous : undefined,
    ...(isEnded(phase) ? endOf(native, phase, cause) : { phase, why: request.text('stateDescription') }),
    times: {
      createdAt: request.time('submissionTime'),
      startedAt: request.time('processStartTime'),
      changedAt: request.time('stateChangeTime'),
      endedAt: request.time('completedTime'),
    },
  }
}

/** What a word of an end and its cause say together. */
function endOf(native: string | undefined, phase: Phase, cause: string | undefined): Omit<State, 'times'> {
  // `cause` is the second test of an end: NON_TERMINAL contradicts a word that says so.
  if (cause === 'NON_TERMINAL') return { phase: 'unknown' }
  // Only that a parent and its children are done, however that was: the cause says how, where it is told.
  return native === 'FINISHED' && cause !== undefined ? endOfCause(cause) : { phase }
}
