import { type Operation, operation } from '../../core/words/operation.js'

type OperationId = 'deleteApplication' | 'getApplicationInfo'

/** 504 is not in this list: the server time-out has passed and the delete continues, so the application is read. */
const passing = [408, 502, 503]

/** The operations of specs/service-fabric.yaml that the facade uses. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  deleteApplication: operation('deleteApplication', 'repeatable', passing),
  getApplicationInfo: operation('getApplicationInfo', 'none', passing),
}
