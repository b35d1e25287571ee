import type { Call } from '../../core/call/call.js'
import type { StopRequest } from '../../core/system/definition.js'
import { type Answer, isObjectOrNothing } from '../../core/words/answer.js'
import { missing, type StopFinding } from '../../core/words/finding.js'
import type { Operation } from '../../core/words/operation.js'
import { isEnded } from '../../core/words/phase.js'
import type { Seen } from '../../core/words/state.js'
import type { FunctionComputeClient } from './client.js'
import { alreadyCompleted } from './errors.js'
import { operations } from './operations.js'
import { queryOf, readState2, readState3 } from './read.js'
import { type FunctionComputeStopOptions, headersOf } from './stop-options.js'
import type { FunctionCompute2Target, FunctionCompute3Target } from './target.js'

/** The mode of Function Compute: only `graceful`. The documentation does not say what a stop does to running code. */
export type FunctionComputeMode = 'graceful'

type Request<T, X extends object = object> = StopRequest<T, FunctionComputeMode, FunctionComputeClient, X>

/** Stops a task through the API of 2.0. */
export async function stop2({
  call,
  client,
  target,
  extra,
}: Request<FunctionCompute2Target, FunctionComputeStopOptions>): Promise<StopFinding> {
  const { serviceName, functionName, invocationId, qualifier } = target
  const operation = operations.stopStatefulAsyncInvocation
  const answer = await call.send(operation, (init) =>
    client.PUT(
      '/2021-04-06/services/{serviceName}/functions/{functionName}/stateful-async-invocations/{invocationId}',
      {
        ...init,
        params: { path: { serviceName, functionName, invocationId }, ...queryOf(qualifier), header: headersOf(extra) },
      },
    ),
  )
  return judge(call, operation, answer, () => readState2(call, client, target))
}

/** Stops a task through the API of 3.0. */
export async function stop3({ call, client, target }: Request<FunctionCompute3Target>): Promise<StopFinding> {
  const { functionName, invocationId, qualifier } = target
  const operation = operations.stopAsyncTask
  const answer = await call.send(operation, (init) =>
    client.PUT('/2023-03-30/functions/{functionName}/async-tasks/{taskId}/stop', {
      ...init,
      params: { path: { functionName, taskId: invocationId }, ...queryOf(qualifier) },
    }),
  )
  return judge(call, operation, answer, () => readState3(call, client, target))
}

/** 200 with an empty body or `{}` is documented. The other two are accepted with the same meaning. */
const taken: ReadonlySet<number> = new Set([200, 202, 204])

/** The meaning of an answer to a stop. It is the same in both versions. */
async function judge(
  call: Call,
  operation: Operation,
  answer: Answer<unknown>,
  read: () => Promise<Seen>,
): Promise<StopFinding> {
  // The documentation shows Stopping, then Stopped. So a success only means that the system accepted the stop.
  if (taken.has(answer.status) && isObjectOrNothing(answer))
    return { outcome: 'accepted', phase: 'unknown', answer, operation }
  const failure = call.readFailure(answer)
  const error = call.failure(operation, answer)
  if (failure.missing === true) return missing(error, answer, operation)
  // For an ended task, 412 AlreadyCompleted and 400 InvalidArgument were seen. These answers have other meanings too, so
  // the task is read.
  const ofState = answer.status === 409 || answer.status === 412 || failure.providerCode === 'InvalidArgument'
  const saysEnded = failure.providerCode === alreadyCompleted
  if (!ofState && !saysEnded) throw error
  const seen = await read().catch(() => undefined)
  const { phase = 'unknown', native } = seen ?? {}
  // Another stop is already under way, so this call joins it.
  if (seen !== undefined && phase === 'stopping') {
    return { outcome: 'accepted', phase, native, answer: seen.answer, operation, joined: true }
  }
  if (isEnded(phase) && (phase !== 'gone' || saysEnded)) {
    return { outcome: 'already-ended', phase, native, answer, operation }
  }
  if (!saysEnded) throw error
  // The code is clear, and the read does not contradict it: it failed, or its status is not known.
  if (phase === 'unknown') return { outcome: 'already-ended', phase, native, answer, operation }
  throw call.failure(operation, answer, { code: 'failed_precondition', hint: `but the task has the status ${native}` })
}
