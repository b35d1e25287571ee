import { type Operation, operation } from '../../core/operation.js'

type OperationId = 'cancelAsyncInvocation' | 'listAsyncInvocations'

/** The operations of specs/functiongraph.yaml that the facade uses. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  cancelAsyncInvocation: operation('cancelAsyncInvocation', 'repeatable'),
  listAsyncInvocations: operation('listAsyncInvocations', 'none'),
}
