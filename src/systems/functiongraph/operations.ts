import { type Operation, operation } from '../../core/words/operation.js'

type OperationId = 'cancelAsyncInvocation' | 'listAsyncInvocations'

/** The operations of specs/functiongraph.yaml that the facade uses. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  // No source says that a second cancel is harmless. Other requests of the function may have begun in the meantime.
  cancelAsyncInvocation: operation('cancelAsyncInvocation', 'once'),
  listAsyncInvocations: operation('listAsyncInvocations', 'none'),
}
