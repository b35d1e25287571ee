import type { Operation } from '../../core/call.js'

/** The operations of specs/enterprise-scheduler.yaml that the facade uses. */
export const operations = {
  cancelRequest: { id: 'cancelRequest', changes: true },
  forceCancelRequest: { id: 'forceCancelRequest', changes: true },
  getRequest: { id: 'getRequest', changes: false },
} as const satisfies Record<string, Operation>
