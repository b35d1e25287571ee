import type { Call } from '../../core/call.js'
import type { EnterpriseSchedulerClient } from './client.js'
import { operations } from './operations.js'
import { type RequestState, stateOf } from './states.js'
import type { EnterpriseSchedulerRequestId } from './target.js'

/** The fields that tell where a request stands; a whole request is some sixty. */
const fields = 'requestId,state,stateDescription,cause,isCancellable,isForceCancelAllowed,stateChangeTime'

/** Reads a request's state. */
export async function readState(
  call: Call,
  client: EnterpriseSchedulerClient,
  { requestId }: EnterpriseSchedulerRequestId,
): Promise<RequestState> {
  const operation = operations.getRequest
  const answer = await call.send(operation, (init) =>
    client.GET('/ess/rest/scheduler/v1/requests/{requestId}', {
      ...init,
      headers: { ...init.headers, accept: 'application/json' },
      params: { path: { requestId }, query: { fields } },
    }),
  )
  if (!answer.ok) throw call.failure(operation, answer)
  return stateOf(answer.data?.state, answer.data?.isForceCancelAllowed)
}
