import type { Operation } from '../../core/call.js'

type OperationId =
  | 'deleteInvocation'
  | 'cancelInvocation'
  | 'killInvocation'
  | 'purgeInvocation'
  | 'purgeJournal'
  | 'getVersion'
  | 'query'

/** The operations of specs/restate.yaml that the facade uses. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  deleteInvocation: { id: 'deleteInvocation', changes: true },
  cancelInvocation: { id: 'cancelInvocation', changes: true },
  killInvocation: { id: 'killInvocation', changes: true },
  purgeInvocation: { id: 'purgeInvocation', changes: true },
  purgeJournal: { id: 'purgeJournal', changes: true },
  getVersion: { id: 'getVersion', changes: false },
  query: { id: 'query', changes: false },
}
