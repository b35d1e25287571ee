import { checkId, fieldsOf } from '../../core/check/check.js'
import { refuse } from '../../core/words/refusal.js'

/** A job request of Enterprise Scheduler. */
export interface EnterpriseSchedulerTarget {
  /**
   * The id of the request, a positive int64. Text and bigint keep every digit. A number is accepted only up to 2^53 - 1,
   * because a larger one may be rounded to the id of another request.
   */
  readonly requestId: string | bigint | number
}

const digits = {
  pattern: /^[1-9][0-9]{0,18}$/,
  rule: 'a positive int64 in decimal digits, as text, bigint or safe integer',
}

const largest = 2n ** 63n - 1n

export function checkTarget(target: unknown): EnterpriseSchedulerTarget {
  const given = fieldsOf(target, 'target', ['requestId'])['requestId']
  if (typeof given === 'number' && !Number.isSafeInteger(given)) {
    refuse('requestId', 'as a number must be an integer up to 2^53 - 1; give larger ids as text or bigint')
  }
  const text = typeof given === 'number' || typeof given === 'bigint' ? String(given) : given
  const requestId = checkId(text, 'requestId', digits)
  if (BigInt(requestId) > largest) refuse('requestId', `must be ${digits.rule}`)
  return { requestId }
}
