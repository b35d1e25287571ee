import type { Operation } from '../../core/call.js'

/** The operations of specs/function-compute.yaml that the facade uses. */
export const operations = {
  stopStatefulAsyncInvocation: { id: 'stopStatefulAsyncInvocation', changes: true },
  getStatefulAsyncInvocation: { id: 'getStatefulAsyncInvocation', changes: false },
  stopAsyncTask: { id: 'stopAsyncTask', changes: true },
  getAsyncTask: { id: 'getAsyncTask', changes: false },
} as const satisfies Record<string, Operation>
