import { missingOrThrow, whyRefused } from '../../core/call/refused.js'
import type { StopRequest } from '../../core/system/definition.js'
import type { StopFinding } from '../../core/words/finding.js'
import type { Warning } from '../../core/words/warning.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import { type EnterpriseSchedulerTarget, pathOf } from './target.js'

/** The modes of Enterprise Scheduler: `graceful` is cancel, `force` is forceCancel. */
export type EnterpriseSchedulerMode = 'graceful' | 'force'

export const cancelsChildren: Warning = {
  code: 'children-stopped',
  message: 'cancelling a parent request cancels all its child requests',
}

export const remoteMayRun: Warning = {
  code: 'remote-may-run',
  message: 'a force cancel only closes the request; the remote job may still run, and the system no longer tracks it',
}

type Request = StopRequest<EnterpriseSchedulerTarget, EnterpriseSchedulerMode>

/**
 * Cancels a request, or force cancels it. A force cancel is only for asynchronous requests that have been CANCELLING for
 * 30 minutes. The server decides; if it refuses, the error is `failed_precondition`.
 */
export async function stop({ call, target, mode }: Request): Promise<StopFinding> {
  const isForce = mode === 'force'
  const operation = isForce ? operations.forceCancelRequest : operations.cancelRequest
  const answer = await call.send(operation, pathOf(target))
  // 200 means "Operation initiated". The body is ignored, because its form is not documented.
  if (answer.status === 200) return { outcome: 'accepted', phase: 'unknown', answer, operation }
  if (answer.status !== 400 && answer.status !== 409) return missingOrThrow(call, operation, answer)
  const { finding, seen } = await whyRefused(operation, answer, () => readState(call, target), !isForce)
  if (finding !== undefined) return finding
  const code = 'failed_precondition'
  if (seen === undefined) throw call.failure(operation, answer, { code })
  const allowed = seen.canForce === undefined ? '' : `, isForceCancelAllowed: ${seen.canForce}`
  const never = isForce && seen.neverForce !== undefined ? `; ${seen.neverForce}` : ''
  const hint = `the request is ${seen.native ?? 'in an unknown state'}${allowed}${never}`
  throw call.failure(operation, answer, { code, hint })
}
