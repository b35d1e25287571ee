import { type Operation, operation } from '../../core/words/operation.js'

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
 * The operations of specs/restate.yaml that the facade uses. DELETE stands for three of them, and the query for two.
 *
 * A second cancel breaks the compensation that the first one began: measured on 1.7.12 with handlers on the TypeScript SDK
 * 1.17.2. With SDK 1.12.0 the compensation continues. The SDK of a handler cannot be seen from outside.
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
