import type { Operation } from '../../core/call.js'

/** The operations of specs/functiongraph.yaml that the facade uses. */
export const operations = {
  cancelAsyncInvocation: { id: 'cancelAsyncInvocation', changes: true },
  listAsyncInvocations: { id: 'listAsyncInvocations', changes: false },
} as const satisfies Record<string, Operation>
