import type { Call } from '../../core/call/call.js'
import { seenIn } from '../../core/call/seen.js'
import type { Seen } from '../../core/words/state.js'
import type { EnterpriseSchedulerClient } from './client.js'
import { operations } from './operations.js'
import { stateOf } from './states.js'
import type { EnterpriseSchedulerTarget } from './target.js'

/** The fields that describe the state of a request. A whole request has about sixty fields. */
const fields = [
  'requestId',
  'state',
  'stateDescription',
  'cause',
  'isForceCancelAllowed',
  'isAsynchronous',
  'submissionTime',
  'processStartTime',
  'stateChangeTime',
  'completedTime',
].join(',')

/** Reads a request's state. */
export async function readState(
  call: Call,
  client: EnterpriseSchedulerClient,
  { requestId }: EnterpriseSchedulerTarget,
): Promise<Seen> {
  const operation = operations.getRequest
  const answer = await call.send(operation, (init) =>
    client.GET('/ess/rest/scheduler/v1/requests/{requestId}', {
      ...init,
      headers: { ...init.headers, accept: 'application/json' },
      params: { path: { requestId: String(requestId) }, query: { fields } },
    }),
  )
  if (answer.ok) {
    return seenIn(call, operation, answer, (body) => {
      body.mustBe('requestId', String(requestId))
      return stateOf(body)
    })
  }
  if (call.readFailure(answer).missing === true) return { phase: 'gone', answer }
  // The meaning of a 400 to a GET is not documented. It cannot be the state, because a read depends on no state.
  throw call.failure(operation, answer, answer.status === 400 ? { code: 'invalid_argument' } : {})
}
