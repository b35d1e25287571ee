import { refuse } from '../words/refusal.js'
import { checkId } from './check.js'

const digits = {
  pattern: /^[1-9][0-9]{0,18}$/,
  rule: 'a positive int64 in decimal digits, as text, bigint or safe integer',
}

const largest = 2n ** 63n - 1n

/**
 * A positive int64 id as digits. Text and bigint keep every digit. A number is accepted only up to 2^53 - 1, because a
 * larger one may be rounded to the id of something else.
 */
export function checkInt64(value: unknown, field: string): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    refuse(field, 'as a number must be an integer up to 2^53 - 1; give larger ids as text or bigint')
  }
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value
  const id = checkId(text, field, digits)
  if (BigInt(id) > largest) refuse(field, `must be ${digits.rule}`)
  return id
}
