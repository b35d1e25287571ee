import type { Operation } from '../../core/call.js'

/** The operations of specs/service-fabric.yaml that the facade uses. */
export const operations = {
  deleteApplication: { id: 'deleteApplication', changes: true },
  getApplicationInfo: { id: 'getApplicationInfo', changes: false },
} as const satisfies Record<string, Operation>
