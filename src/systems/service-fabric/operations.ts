import type { operations as Spec } from '../../../generated/service-fabric.js'
import { type Operations, operation } from '../../core/words/operation.js'

/** 504 is not in this list: the server time-out has passed and the delete continues, so the application is read. */
const passing = [408, 502, 503]

/** The operations of specs/service-fabric.yaml that the facade uses. */
export const operations: Operations<Spec, 'deleteApplication' | 'getApplicationInfo'> = {
  deleteApplication: operation('deleteApplication', 'repeatable', 'POST /Applications/{applicationId}/$/Delete', {
    passing,
  }),
  getApplicationInfo: operation('getApplicationInfo', 'none', 'GET /Applications/{applicationId}', { passing }),
}
