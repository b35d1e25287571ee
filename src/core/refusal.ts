import type { StopErrorCode } from './error.js'

/**
 * What a check throws when something in a call is wrong: `field` is the name the caller knows it by. The system that
 * is called turns it into a StopError with its own name (core/identity.ts), so checks need not know whom they serve.
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
