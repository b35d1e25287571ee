import type { operations as Spec } from '../../../generated/functiongraph.js'
import { type Operations, operation } from '../../core/words/operation.js'

/** The operations of specs/functiongraph.yaml that the facade uses. */
export const operations: Operations<Spec, 'cancelAsyncInvocation' | 'listAsyncInvocations'> = {
  // No source says that a second cancel is harmless. Other requests of the function may have begun in the meantime.
  cancelAsyncInvocation: operation(
    'cancelAsyncInvocation',
    'harmful',
    'POST /v2/{project_id}/fgs/functions/{function_urn}/cancel',
  ),
  listAsyncInvocations: operation(
    'listAsyncInvocations',
    'none',
    'GET /v2/{project_id}/fgs/functions/{function_urn}/async-invocations',
  ),
}
