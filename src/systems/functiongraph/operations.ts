import { type Operation, operation } from '../../core/operation.js'

type OperationId = 'cancelAsyncInvocation' | 'listAsyncInvocations'

/** The operations of specs/functiongraph.yaml that the facade uses. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  // Whether a second cancel is harmless is not established; other requests of the function may have begun since.
  cancelAsyncInvocation: operation('cancelAsyncInvocation', 'once'),
  listAsyncInvocations: operation('listAsyncInvocations', 'none'),
}
