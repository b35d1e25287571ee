import { type Operation, operation } from '../../core/words/operation.js'

type OperationId = 'cancelRequest' | 'forceCancelRequest' | 'deleteRequest' | 'getRequest'

/** The operations of specs/enterprise-scheduler.yaml that the facade uses. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  cancelRequest: operation('cancelRequest', 'repeatable'),
  forceCancelRequest: operation('forceCancelRequest', 'repeatable'),
  deleteRequest: operation('deleteRequest', 'repeatable'),
  getRequest: operation('getRequest', 'none'),
}
