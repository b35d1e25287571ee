import type { Operation } from '../../core/call.js'

type OperationId = 'cancelAsyncInvocation' | 'listAsyncInvocations'

/** The operations of specs/functiongraph.yaml that the facade uses. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  cancelAsyncInvocation: { id: 'cancelAsyncInvocation', changes: true },
  listAsyncInvocations: { id: 'listAsyncInvocations', changes: false },
}
