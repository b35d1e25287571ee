import type { operations as Spec } from '../../../generated/function-compute.js'
import { type Operations, operation } from '../../core/words/operation.js'

/** 500 is `InternalServerError`. The vendor's error table says to retry it (alibabacloud.com, Error codes). */
const passing = [408, 500, 502, 503, 504]

/** The operations of specs/function-compute.yaml that the facade uses. */
export const operations: Operations<
  Spec,
  'stopStatefulAsyncInvocation' | 'getStatefulAsyncInvocation' | 'stopAsyncTask' | 'getAsyncTask'
> = {
  stopStatefulAsyncInvocation: operation(
    'stopStatefulAsyncInvocation',
    'repeatable',
    'PUT /2021-04-06/services/{serviceName}/functions/{functionName}/stateful-async-invocations/{invocationId}',
    { passing },
  ),
  getStatefulAsyncInvocation: operation(
    'getStatefulAsyncInvocation',
    'none',
    'GET /2021-04-06/services/{serviceName}/functions/{functionName}/stateful-async-invocations/{invocationId}',
    { passing },
  ),
  stopAsyncTask: operation(
    'stopAsyncTask',
    'repeatable',
    'PUT /2023-03-30/functions/{functionName}/async-tasks/{taskId}/stop',
    { passing },
  ),
  getAsyncTask: operation('getAsyncTask', 'none', 'GET /2023-03-30/functions/{functionName}/async-tasks/{taskId}', {
    passing,
  }),
}
