import type { StopErrorCode } from './error-code.js'
import { printable } from './text.js'

/**
 * The error of a check for a wrong argument. `field` is the name that the caller uses. The called system turns it into a
 * StopError with its own name (core/identity.ts), so a check need not know the system.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: StopErrorCode

  constructor(message: string, code: StopErrorCode = 'invalid_argument') {
    super(message)
    this.code = code
  }
}

/** The longest that is shown of a field's name, and of a refusal, in UTF-16 units: names of fields may be anybody's. */
const longestField = 80
const longestRule = 1_000

/** Refuses a value: "field: rule". The value itself is never shown: it may be a secret, or ten megabytes. */
export function refuse(field: string, rule: string): never {
  throw new Refusal(printable(`${printable(field, longestField)}: ${rule}`, longestRule))
}
