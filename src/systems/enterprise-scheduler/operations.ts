import type { operations as Spec } from '../../../generated/enterprise-scheduler.js'
import { type Operations, operation } from '../../core/words/operation.js'

/** The operations of specs/enterprise-scheduler.yaml that the facade uses. */
export const operations: Operations<Spec, 'cancelRequest' | 'forceCancelRequest' | 'deleteRequest' | 'getRequest'> = {
  cancelRequest: operation('cancelRequest', 'repeatable', 'POST /ess/rest/scheduler/v1/requests/{requestId}/cancel'),
  forceCancelRequest: operation(
    'forceCancelRequest',
    'repeatable',
    'POST /ess/rest/scheduler/v1/requests/{requestId}/forceCancel',
  ),
  deleteRequest: operation('deleteRequest', 'repeatable', 'DELETE /ess/rest/scheduler/v1/requests/{requestId}'),
  getRequest: operation('getRequest', 'none', 'GET /ess/rest/scheduler/v1/requests/{requestId}', {
    accept: 'application/json',
  }),
}
