import type { Call } from '../../core/call/call.js'
import { whyRefused } from '../../core/call/refused.js'
import type { StopRequest } from '../../core/system/definition.js'
import { type Answer, isObjectOrNothing } from '../../core/words/answer.js'
import { missing, type StopFinding } from '../../core/words/finding.js'
import type { Operation } from '../../core/words/operation.js'
import type { Seen } from '../../core/words/state.js'
import { alreadyCompleted } from './errors.js'
import { operations } from './operations.js'
import { readState2, readState3 } from './read.js'
import { type FunctionComputeStopOptions, headersOf } from './stop-options.js'
import { type FunctionCompute2Target, type FunctionCompute3Target, partsOf2, partsOf3 } from './target.js'

/** The mode of Function Compute: only `graceful`. The documentation does not say what a stop does to running code. */
export type FunctionComputeMode = 'graceful'

type Request<T, X extends object = object> = StopRequest<T, FunctionComputeMode, X>

/** Stops a task through the API of 2.0. */
export async function stop2(
  request: Request<FunctionCompute2Target, FunctionComputeStopOptions>,
): Promise<StopFinding> {
  const { call, target, extra } = request
  const operation = operations.stopStatefulAsyncInvocation
  const answer = await call.send(operation, { ...partsOf2(target), header: headersOf(extra) })
  return judge(call, operation, answer, () => readState2(call, target))
}

/** Stops a task through the API of 3.0. */
export async function stop3({ call, target }: Request<FunctionCompute3Target>): Promise<StopFinding> {
  const operation = operations.stopAsyncTask
  const answer = await call.send(operation, partsOf3(target))
  return judge(call, operation, answer, () => readState3(call, target))
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
  const error = call.failure(operation, answer)
  if (call.isMissing(answer)) return missing(error, answer, operation)
  // For an ended task, 412 AlreadyCompleted and 400 InvalidArgument were seen. These answers have other meanings too, so
  // the task is read.
  const ofState = answer.status === 409 || answer.status === 412 || error.providerCode === 'InvalidArgument'
  const saysEnded = error.providerCode === alreadyCompleted
  if (!ofState && !saysEnded) throw error
  const { finding, seen } = await whyRefused(operation, answer, read, true)
  if (finding !== undefined) return finding
  if (!saysEnded) throw error
  const { phase = 'unknown', native } = seen ?? {}
  // The code is clear, and the read does not contradict it: it failed, there is no record, or its status is not known.
  if (phase === 'unknown' || phase === 'gone') return { outcome: 'already-ended', phase, native, answer, operation }
  throw call.failure(operation, answer, { code: 'failed_precondition', hint: `but the task has the status ${native}` })
}
