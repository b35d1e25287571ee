import type { Call } from '../../core/call/call.js'
import { recordIn } from '../../core/call/seen.js'
import { type AnswerFields, Malformed } from '../../core/http/answer-fields.js'
import type { Seen, State } from '../../core/words/state.js'
import { operations } from './operations.js'
import { stateOf } from './states.js'
import { type FunctionCompute2Target, type FunctionCompute3Target, partsOf2, partsOf3 } from './target.js'

/** Reads a task's state through the API of 2.0. A new task has no record during its first 3 s or so. */
export async function readState2(call: Call, target: FunctionCompute2Target): Promise<Seen> {
  const operation = operations.getStatefulAsyncInvocation
  const answer = await call.send(operation, partsOf2(target))
  return recordIn(call, operation, answer, (task) => {
    task.mustBe('invocationId', target.invocationId)
    task.mayNotDiffer('serviceName', target.serviceName)
    return stateOfFunction(task, target.functionName)
  })
}

/** Reads a task's state through the API of 3.0. */
export async function readState3(call: Call, target: FunctionCompute3Target): Promise<Seen> {
  const operation = operations.getAsyncTask
  const answer = await call.send(operation, partsOf3(target))
  return recordIn(call, operation, answer, (task) => {
    task.mustBe('taskId', target.invocationId)
    return stateOfFunction(task, target.functionName)
  })
}

/** The state of a task of the requested function. Callers choose the ids, so another function may use the same id. */
function stateOfFunction(task: AnswerFields, functionName: string): State {
  task.mayNotDiffer('functionName', functionName)
  const name = /(?:^|[:/])functions\/([^/]+)/.exec(task.text('functionArn') ?? '')?.[1]
  if (name !== undefined && name !== functionName)
    throw new Malformed('functionArn is not that of the requested function')
  return stateOf(task)
}
