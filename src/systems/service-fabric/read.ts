import type { Call } from '../../core/call/call.js'
import { seenIn } from '../../core/call/seen.js'
import type { Seen } from '../../core/words/state.js'
import type { ServiceFabricClient } from './client.js'
import { operations } from './operations.js'
import { stateOf } from './states.js'
import type { ServiceFabricTarget } from './target.js'

/** Reads the state of an application. For a missing application the answer is 204; a 404 as for a delete means the same. */
export async function readState(
  call: Call,
  client: ServiceFabricClient,
  { applicationId }: ServiceFabricTarget,
): Promise<Seen> {
  const operation = operations.getApplicationInfo
  const answer = await call.send(operation, (init) =>
    client.GET('/Applications/{applicationId}', {
      ...init,
      params: { path: { applicationId }, query: { 'api-version': '6.0', ExcludeApplicationParameters: true } },
    }),
  )
  if (answer.status === 204 || (!answer.ok && call.readFailure(answer).missing === true))
    return { phase: 'gone', answer }
  return seenIn(call, operation, answer, (body) => {
    body.mustBe('Id', applicationId)
    return stateOf(body)
  })
}
