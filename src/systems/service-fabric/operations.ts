import type { Operation } from '../../core/call.js'

type OperationId = 'deleteApplication' | 'getApplicationInfo'

/** The operations of specs/service-fabric.yaml that the facade uses. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  deleteApplication: { id: 'deleteApplication', changes: true },
  getApplicationInfo: { id: 'getApplicationInfo', changes: false },
}
