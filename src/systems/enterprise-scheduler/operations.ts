import type { Operation } from '../../core/call.js'

type OperationId = 'cancelRequest' | 'forceCancelRequest' | 'deleteRequest' | 'getRequest'

/** The operations of specs/enterprise-scheduler.yaml that the facade uses. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  cancelRequest: { id: 'cancelRequest', changes: true },
  forceCancelRequest: { id: 'forceCancelRequest', changes: true },
  deleteRequest: { id: 'deleteRequest', changes: true },
  getRequest: { id: 'getRequest', changes: false },
}
