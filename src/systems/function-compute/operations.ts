import type { Operation } from '../../core/call.js'

type OperationId = 'stopStatefulAsyncInvocation' | 'getStatefulAsyncInvocation' | 'stopAsyncTask' | 'getAsyncTask'

/** The operations of specs/function-compute.yaml that the facade uses. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  stopStatefulAsyncInvocation: { id: 'stopStatefulAsyncInvocation', changes: true },
  getStatefulAsyncInvocation: { id: 'getStatefulAsyncInvocation', changes: false },
  stopAsyncTask: { id: 'stopAsyncTask', changes: true },
  getAsyncTask: { id: 'getAsyncTask', changes: false },
}
