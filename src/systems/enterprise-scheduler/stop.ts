import type { Call } from '../../core/call/call.js'
import type { StopRequest } from '../../core/system/definition.js'
import type { Answer } from '../../core/words/answer.js'
import { missing, type StopFinding } from '../../core/words/finding.js'
import type { Operation } from '../../core/words/operation.js'
import { isEnded } from '../../core/words/phase.js'
import type { Seen } from '../../core/words/state.js'
import type { Warning } from '../../core/words/warning.js'
import type { EnterpriseSchedulerClient } from './client.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import type { EnterpriseSchedulerTarget } from './target.js'

/** The modes of Enterprise Scheduler: `graceful` is cancel, `force` is forceCancel. */
export type EnterpriseSchedulerMode = 'graceful' | 'force'

type Request = StopRequest<EnterpriseSchedulerTarget, EnterpriseSchedulerMode, EnterpriseSchedulerClient, object>

export const cancelsChildren: Warning = {
  code: 'children-stopped',
  message: 'cancelling a parent request cancels all its child requests',
}

export const remoteMayRun: Warning = {
  code: 'remote-may-run',
  message: 'a force cancel only closes the request; the remote job may still run, and the system no longer tracks it',
}

/**
 * Cancels a request, or force cancels it. A force cancel is only for asynchronous requests that have been CANCELLING for
 * 30 minutes. The server decides; if it refuses, the error is `failed_precondition`.
 */
export async function stop({ call, client, target, mode }: Request): Promise<StopFinding> {
  const force = mode === 'force'
  const operation = force ? operations.forceCancelRequest : operations.cancelRequest
  const path = force
    ? '/ess/rest/scheduler/v1/requests/{requestId}/forceCancel'
    : '/ess/rest/scheduler/v1/requests/{requestId}/cancel'
  const answer = await call.send(operation, (init) =>
    client.POST(path, { ...init, params: { path: { requestId: String(target.requestId) } } }),
  )
  // 200 means "Operation initiated". The body is ignored, because its form is not documented.
  if (answer.status === 200) return { outcome: 'accepted', phase: 'unknown', answer, operation }
  if (call.readFailure(answer).missing === true) return missing(call.failure(operation, answer), answer, operation)
  if (answer.status === 400 || answer.status === 409) {
    const state = await readState(call, client, target).catch(() => undefined)
    return refused(call, operation, answer, state)
  }
  throw call.failure(operation, answer)
}

/** The system refused the stop because of the request's state. The answer does not name the state, so it was read. */
function refused(call: Call, operation: Operation, answer: Answer<unknown>, state: Seen | undefined): StopFinding {
  if (state === undefined) throw call.failure(operation, answer, { code: 'failed_precondition' })
  const { phase, native } = state
  if (isEnded(phase) && phase !== 'gone') return { outcome: 'already-ended', phase, native, answer, operation }
  // Another cancel is already under way, so this call joins it.
  if (phase === 'stopping' && operation === operations.cancelRequest) {
    return { outcome: 'accepted', phase, native, answer: state.answer, operation, joined: true }
  }
  const allowed = state.canForce === undefined ? '' : `, isForceCancelAllowed: ${state.canForce}`
  const isForce = operation === operations.forceCancelRequest
  const never = isForce && state.neverForce !== undefined ? `; ${state.neverForce}` : ''
  throw call.failure(operation, answer, {
    code: 'failed_precondition',
    hint: `the request is ${native ?? 'in an unknown state'}${allowed}${never}`,
  })
}
