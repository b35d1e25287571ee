import type { Phase } from '../../core/words/phase.js'
import { phaseWords } from '../../core/words/phase.js'
import type { State } from '../../core/words/state.js'

const all = (phase: Phase, causes: readonly string[]) => Object.fromEntries(causes.map((cause) => [cause, phase]))

/** The documented causes of an end (docs.oracle.com, Scheduler REST API: `cause` of Get a Job Request). */
const phaseOfCause = phaseWords({
  ...all('succeeded', ['PROCESS_SUCCESS', 'PROCESS_WARNING', 'POSTPROCESS_WARNING', 'PROCESS_UPDATE_WARNING']),
  ...all('stopped', [
    'OPERATOR_CANCEL',
    'RECOVER_CANCEL',
    'RECOVER_GROUP_CANCEL',
    'PREPROCESS_CANCEL',
    'PREPROCESS_INITIATE_CANCEL',
    'PROCESS_CANCEL',
    'PROCESS_UPDATE_CANCEL',
    'POSTPROCESS_CANCEL',
  ]),
  ...all('failed', [
    'REQUEST_LOGIN_ERROR',
    'REQUEST_AUTHORIZATION_FAILED',
    'SYSTEM_ERROR',
    'VALIDATION_ERROR',
    'METADATA_NOT_FOUND',
    'PARENT_NOT_PAUSED',
    'MANUAL_RECOVER_ERROR',
    'PREPROCESS_SYSTEM_ERROR',
    'PREPROCESS_ERROR',
    'PREPROCESS_BIZ_ERROR',
    'PROCESS_ERROR',
    'PROCESS_SYSTEM_ERROR',
    'PROCESS_BIZ_ERROR',
    'PROCESS_TIMED_OUT',
    'PROCESS_UNKNOWN_STATUS',
    'PROCESS_KILLED',
    'PROCESS_MANUAL_RECOVER_ERROR',
    'PROCESS_MANUAL_RECOVER_ERROR_FINALIZE',
    'PROCESS_UPDATE_ERROR',
    'PROCESS_UPDATE_BIZ_ERROR',
    'POSTPROCESS_SYSTEM_ERROR',
    'POSTPROCESS_ERROR',
    'POSTPROCESS_BIZ_ERROR',
  ]),
  REQUEST_EXPIRED: 'expired',
})

/** Causes that do not say whether a cancel is the reason of the end. */
const unexplained: ReadonlySet<string> = new Set(['PROCESS_KILLED', 'PROCESS_UNKNOWN_STATUS'])

/** How a FINISHED request ended, by its cause. A cause that is not in the table gives `unknown`. */
export function endOfCause(cause: string): Pick<State, 'phase' | 'unexplained' | 'why'> {
  const phase = phaseOfCause(cause)
  const why = `its cause is ${cause}`
  if (phase === 'unknown') return { phase, why: `${why}, which does not say how it ended` }
  return unexplained.has(cause) ? { phase, unexplained: true, why } : { phase }
}
