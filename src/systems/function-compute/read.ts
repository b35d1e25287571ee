import type { Call } from '../../core/call/call.js'
import { seenIn } from '../../core/call/seen.js'
import { Malformed } from '../../core/http/answer-fields.js'
import type { Answer } from '../../core/words/answer.js'
import type { Operation } from '../../core/words/operation.js'
import type { Seen } from '../../core/words/state.js'
import type { FunctionComputeClient } from './client.js'
import { operations } from './operations.js'
import { stateOf } from './states.js'
import type { FunctionCompute2Target, FunctionCompute3Target } from './target.js'

/** Reads a task's state through the API of 2.0. */
export async function readState2(
  call: Call,
  client: FunctionComputeClient,
  { serviceName, functionName, invocationId, qualifier }: FunctionCompute2Target,
): Promise<Seen> {
  const operation = operations.getStatefulAsyncInvocation
  const answer = await call.send(operation, (init) =>
    client.GET(
      '/2021-04-06/services/{serviceName}/functions/{functionName}/stateful-async-invocations/{invocationId}',
      {
        ...init,
        params: { path: { serviceName, functionName, invocationId }, ...queryOf(qualifier) },
      },
    ),
  )
  return taskIn(call, operation, answer, { invocationId }, { serviceName, functionName })
}

/** Reads a task's state through the API of 3.0. */
export async function readState3(
  call: Call,
  client: FunctionComputeClient,
  { functionName, invocationId, qualifier }: FunctionCompute3Target,
): Promise<Seen> {
  const operation = operations.getAsyncTask
  const answer = await call.send(operation, (init) =>
    client.GET('/2023-03-30/functions/{functionName}/async-tasks/{taskId}', {
      ...init,
      params: { path: { functionName, taskId: invocationId }, ...queryOf(qualifier) },
    }),
  )
  return taskIn(call, operation, answer, { taskId: invocationId }, { functionName })
}

/** Reads the task in an answer. A new task has no record during its first 3 s or so. */
function taskIn(
  call: Call,
  operation: Operation,
  answer: Answer<unknown>,
  id: Readonly<Record<string, string>>,
  place: Readonly<Record<string, string>>,
): Seen {
  if (!answer.ok && call.readFailure(answer).missing === true) return { phase: 'gone', answer }
  return seenIn(call, operation, answer, (task) => {
    for (const [name, value] of Object.entries(id)) task.mustBe(name, value)
    // Callers choose the ids, so another function may use the same id.
    for (const [name, value] of Object.entries(place)) task.mayNotDiffer(name, value)
    const functionName = /(?:^|[:/])functions\/([^/]+)/.exec(task.text('functionArn') ?? '')?.[1]
    if (functionName !== undefined && functionName !== place['functionName']) {
      throw new Malformed('functionArn is not that of the requested function')
    }
    return stateOf(task)
  })
}

/** The query of a request: only what the caller set. */
export function queryOf(qualifier: string | undefined): { query?: { qualifier: string } } {
  return qualifier === undefined ? {} : { query: { qualifier } }
}
