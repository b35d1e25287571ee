import type { StopErrorCode } from './error.js'

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

/** Refuses a value: "field: rule". The value itself is never shown: it may be a secret, or ten megabytes. */
export function refuse(field: string, rule: string): never {
  throw new Refusal(`${field}: ${rule}`)
}
