import type { Call } from '../../core/call/call.js'
import { recordIn } from '../../core/call/seen.js'
import type { Seen } from '../../core/words/state.js'
import { operations } from './operations.js'
import { stateOf } from './states.js'
import type { ServiceFabricTarget } from './target.js'

/** Reads the state of an application. For a missing application the answer is 204; a 404 as for a delete means the same. */
export async function readState(call: Call, { applicationId }: ServiceFabricTarget): Promise<Seen> {
  const operation = operations.getApplicationInfo
  const query = { 'api-version': '6.0', ExcludeApplicationParameters: true } as const
  const answer = await call.send(operation, { path: { applicationId }, query })
  if (answer.status === 204) return { phase: 'gone', answer }
  return recordIn(call, operation, answer, (body) => {
    body.mustBe('Id', applicationId)
    return stateOf(body)
  })
}
