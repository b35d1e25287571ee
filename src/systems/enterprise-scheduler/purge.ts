import { purgedOrMissing } from '../../core/call/refused.js'
import type { PurgeRequest } from '../../core/system/purge.js'
import type { PurgeFinding } from '../../core/words/finding.js'
import { operations } from './operations.js'
import { type EnterpriseSchedulerTarget, pathOf } from './target.js'

/** Marks an ended request and its children as deleted. Reads no longer find them. */
export async function purge({ call, target }: PurgeRequest<EnterpriseSchedulerTarget>): Promise<PurgeFinding> {
  const answer = await call.send(operations.deleteRequest, pathOf(target))
  // 204 is the only documented success. Another one (202, 207 ...) does not prove that the record was removed.
  return purgedOrMissing(call, operations.deleteRequest, answer, answer.status === 204)
}
