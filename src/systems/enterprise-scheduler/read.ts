import type { Call } from '../../core/call/call.js'
import { recordIn } from '../../core/call/seen.js'
import type { Seen } from '../../core/words/state.js'
import { operations } from './operations.js'
import { stateOf } from './states.js'
import { type EnterpriseSchedulerTarget, pathOf } from './target.js'

/** The fields that describe the state of a request. A whole request has about sixty fields. */
const fields =
  'requestId,state,stateDescription,cause,isForceCancelAllowed,isAsynchronous,submissionTime,processStartTime,' +
  'stateChangeTime,completedTime'

/** Reads a request's state. */
export async function readState(call: Call, target: EnterpriseSchedulerTarget): Promise<Seen> {
  const operation = operations.getRequest
  const answer = await call.send(operation, { ...pathOf(target), query: { fields } })
  // The meaning of a 400 to a GET is not documented. It cannot be the state, because a read depends on no state.
  if (answer.status === 400) throw call.failure(operation, answer, { code: 'invalid_argument' })
  return recordIn(call, operation, answer, (body) => {
    body.mustBe('requestId', String(target.requestId))
    return stateOf(body)
  })
}
