import { fieldsOf } from '../../core/check/check.js'
import { checkInt64 } from '../../core/check/int64.js'

/** A job request of Enterprise Scheduler. */
export interface EnterpriseSchedulerTarget {
  /**
   * The id of the request, a positive int64. Text and bigint keep every digit. A number is accepted only up to 2^53 - 1,
   * because a larger one may be rounded to the id of another request.
   */
  readonly requestId: string | bigint | number
}

export function checkTarget(target: unknown): EnterpriseSchedulerTarget {
  return { requestId: checkInt64(fieldsOf(target, 'target', ['requestId'])['requestId'], 'requestId') }
}

/** The id as the paths of the API have it. */
export function pathOf({ requestId }: EnterpriseSchedulerTarget): { readonly path: { readonly requestId: string } } {
  return { path: { requestId: String(requestId) } }
}
