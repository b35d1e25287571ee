import { type Operation, operation } from '../../core/words/operation.js'

type OperationId = 'stopStatefulAsyncInvocation' | 'getStatefulAsyncInvocation' | 'stopAsyncTask' | 'getAsyncTask'

/** 500 is `InternalServerError`. The vendor's error table says to retry it (alibabacloud.com, Error codes). */
const passing = [408, 500, 502, 503, 504]

/** The operations of specs/function-compute.yaml that the facade uses. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  stopStatefulAsyncInvocation: operation('stopStatefulAsyncInvocation', 'repeatable', passing),
  getStatefulAsyncInvocation: operation('getStatefulAsyncInvocation', 'none', passing),
  stopAsyncTask: operation('stopAsyncTask', 'repeatable', passing),
  getAsyncTask: operation('getAsyncTask', 'none', passing),
}
