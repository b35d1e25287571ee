import type { AnswerFields } from '../../core/http/answer-fields.js'
import { isEnded, type Phase, phaseWords } from '../../core/words/phase.js'
import type { State } from '../../core/words/state.js'
import { endOfCause } from './causes.js'

/** The states of a request (docs.oracle.com, Javadoc of oracle.as.scheduler.State). */
const phaseOfState = phaseWords({
  WAIT: 'queued',
  READY: 'queued',
  BLOCKED: 'queued',
  PENDING_VALIDATION: 'queued',
  HOLD: 'suspended',
  PAUSED: 'suspended',
  // An operator must decide whether it is tried again, so it has not ended.
  ERROR_MANUAL_RECOVERY: 'suspended',
  RUNNING: 'running',
  // The executable has finished, but its post-processing still runs.
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

/** The state of a request. Fusion sends an explicit null for an absent value. */
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

/** The meaning of an end state together with its cause. */
function endOf(native: string | undefined, phase: Phase, cause: string | undefined): Omit<State, 'times'> {
  // The cause must agree: NON_TERMINAL contradicts an end state.
  if (cause === 'NON_TERMINAL') return { phase: 'unknown' }
  // FINISHED only means that a parent and its children are done. The cause says how they ended, if there is one.
  return native === 'FINISHED' && cause !== undefined ? endOfCause(cause) : { phase }
}
