import type { operations as Spec } from '../../../generated/restate.js'
import { type Operations, operation } from '../../core/words/operation.js'

/** The facade's own names of operations, where one operation has several purposes. */
interface Names {
  readonly cancelByDelete: 'deleteInvocation'
  readonly killByDelete: 'deleteInvocation'
  readonly purgeByDelete: 'deleteInvocation'
  readonly cancelInvocation: 'cancelInvocation'
  readonly killInvocation: 'killInvocation'
  readonly purgeInvocation: 'purgeInvocation'
  readonly purgeJournal: 'purgeJournal'
  readonly getVersion: 'getVersion'
  readonly query: 'query'
  readonly queryJournal: 'query'
}

const byDelete = 'DELETE /invocations/{invocation_id}'

/** With any other Accept, the server answers a query in Arrow's binary form. */
const asJson = { accept: 'application/json' }

/**
 * The operations of specs/restate.yaml that the facade uses. DELETE stands for three of them, and the query for two.
 *
 * A second cancel breaks the compensation that the first one began: measured on 1.7.12 with handlers on the TypeScript SDK
 * 1.17.2. With SDK 1.12.0 the compensation continues. The SDK of a handler cannot be seen from outside.
 */
export const operations: Operations<Spec, Names> = {
  cancelByDelete: operation('deleteInvocation', 'harmful', byDelete),
  killByDelete: operation('deleteInvocation', 'repeatable', byDelete),
  purgeByDelete: operation('deleteInvocation', 'repeatable', byDelete),
  cancelInvocation: operation('cancelInvocation', 'harmful', 'PATCH /invocations/{invocation_id}/cancel'),
  killInvocation: operation('killInvocation', 'repeatable', 'PATCH /invocations/{invocation_id}/kill'),
  purgeInvocation: operation('purgeInvocation', 'repeatable', 'PATCH /invocations/{invocation_id}/purge'),
  purgeJournal: operation('purgeJournal', 'repeatable', 'PATCH /invocations/{invocation_id}/purge-journal'),
  getVersion: operation('getVersion', 'none', 'GET /version'),
  query: operation('query', 'none', 'POST /query', asJson),
  queryJournal: operation('query', 'none', 'POST /query', asJson),
}
