import { type Operation, operation } from '../../core/operation.js'

type OperationId =
  | 'cancelByDelete'
  | 'killByDelete'
  | 'purgeByDelete'
  | 'cancelInvocation'
  | 'killInvocation'
  | 'purgeInvocation'
  | 'purgeJournal'
  | 'getVersion'
  | 'query'
  | 'queryJournal'

/**
 * The operations of specs/restate.yaml that the facade uses; DELETE is three in one, and the query asks two things. A second cancel breaks the
 * compensation that the first began: measured on 1.7.12 with handlers on the TypeScript SDK 1.17.2. With 1.12.0 the
 * compensation goes on; nobody can tell from outside which it is.
 */
export const operations: Readonly<Record<OperationId, Operation>> = {
  cancelByDelete: operation('deleteInvocation', 'once'),
  killByDelete: operation('deleteInvocation', 'repeatable'),
  purgeByDelete: operation('deleteInvocation', 'repeatable'),
  cancelInvocation: operation('cancelInvocation', 'once'),
  killInvocation: operation('killInvocation', 'repeatable'),
  purgeInvocation: operation('purgeInvocation', 'repeatable'),
  purgeJournal: operation('purgeJournal', 'repeatable'),
  getVersion: operation('getVersion', 'none'),
  query: operation('query', 'none'),
  queryJournal: operation('query', 'none'),
}
