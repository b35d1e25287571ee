import type { Call } from '../../core/call/call.js'
import type { PurgeFinding } from '../../core/system/purge.js'
import type { EnterpriseSchedulerClient } from './client.js'
import { operations } from './operations.js'
import type { EnterpriseSchedulerTarget } from './target.js'

/** Marks an ended request and its children as deleted. Reads no longer find them. */
export async function purge({
  call,
  client,
  target,
}: {
  readonly call: Call
  readonly client: EnterpriseSchedulerClient
  readonly target: EnterpriseSchedulerTarget
}): Promise<PurgeFinding> {
  const operation = operations.deleteRequest
  const answer = await call.send(operation, (init) =>
    client.DELETE('/ess/rest/scheduler/v1/requests/{requestId}', {
      ...init,
      params: { path: { requestId: String(target.requestId) } },
    }),
  )
  // 204 is the only documented success. Another one (202, 207 ...) does not prove that the record was removed.
  if (answer.status === 204) return { outcome: 'purged', answer, operation }
  const missing = call.failure(operation, answer)
  if (call.readFailure(answer).missing !== true) throw missing
  return { outcome: 'gone', answer, operation, missing }
}
