import type { Operation } from '../../core/call.js'

/** The operations of specs/restate.yaml that the facade uses. */
export const operations = {
  deleteInvocation: { id: 'deleteInvocation', changes: true },
  cancelInvocation: { id: 'cancelInvocation', changes: true },
  killInvocation: { id: 'killInvocation', changes: true },
  getVersion: { id: 'getVersion', changes: false },
  query: { id: 'query', changes: false },
} as const satisfies Record<string, Operation>
