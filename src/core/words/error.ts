import { causeJson } from './cause.js'
import type { StopErrorCode } from './error-code.js'
import type { Receipt } from './receipt.js'
import type { Status } from './status.js'

/** The fields of a {@link StopError}. No field holds a credential. */
export interface StopErrorDetails {
  /** The system's name in the fleet, or its kind when it is used alone. */
  readonly system: string
  /** The kind of system, such as `restate`. */
  readonly kind: string
  /** The operation that failed: an operationId of the system's spec, or `configure`, `stop` ... before any request. */
  readonly operation: string
  /** The HTTP status, when an answer came. */
  readonly httpStatus?: number
  /** The system's own error code, such as `FSS.0404`. An open set: show it, do not decide by it. */
  readonly providerCode?: string
  /** The system's own message, shortened to printable text. */
  readonly providerMessage?: string
  /** The id by which the operators of the system can find the request. */
  readonly requestId?: string
  /** How many times the request was sent; 0 when nothing was sent. */
  readonly attempts: number
  /** How long the system asks to wait before the next request, in milliseconds. */
  readonly retryAfterMs?: number
  /**
   * The request may have arrived although this is an error, so the work may have been stopped. Read its state before
   * you repeat the request.
   */
  readonly ambiguous: boolean
  /**
   * What was known of the stop when a later step failed. The system had accepted the stop, and this error does not undo
   * it.
   */
  readonly receipt?: Receipt
  /** The last state that was read, when a wait ended with an error. */
  readonly status?: Status
  /** The target of the call, in the form that the system uses. Absent when the target could not be read. */
  readonly target?: object
  /** The cause, reduced to name, message and code. */
  readonly cause?: unknown
}

/** The one error that `allstop` throws. Test with {@link isStopError}, and decide by `code`. */
export class StopError extends Error implements StopErrorDetails {
  override readonly name = 'StopError'
  readonly code: StopErrorCode
  readonly system: string
  readonly kind: string
  readonly operation: string
  declare readonly httpStatus?: number
  declare readonly providerCode?: string
  declare readonly providerMessage?: string
  declare readonly requestId?: string
  readonly attempts: number
  declare readonly retryAfterMs?: number
  declare readonly receipt?: Receipt
  declare readonly status?: Status
  declare readonly target?: object
  readonly ambiguous: boolean

  constructor(code: StopErrorCode, message: string, details: StopErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.system = details.system
    this.kind = details.kind
    this.operation = details.operation
    this.attempts = details.attempts
    this.ambiguous = details.ambiguous
    // Only known fields become properties, so that a printed error stays short.
    if (details.httpStatus !== undefined) this.httpStatus = details.httpStatus
    if (details.providerCode !== undefined) this.providerCode = details.providerCode
    if (details.providerMessage !== undefined) this.providerMessage = details.providerMessage
    if (details.requestId !== undefined) this.requestId = details.requestId
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs
    if (details.receipt !== undefined) this.receipt = details.receipt
    if (details.status !== undefined) this.status = details.status
    if (details.target !== undefined) this.target = details.target
  }

  /** JSON for logs: every field except the stack. Each cause has name, message and code. */
  toJSON(): Record<string, unknown> {
    const cause = this.cause === undefined ? {} : { cause: causeJson(this.cause) }
    return { ...(this as object), name: this.name, message: this.message, ...cause }
  }
}

/**
 * Whether a caught value is a {@link StopError}. It compares the name, because `instanceof` fails when two copies of the
 * package are installed.
 */
export function isStopError(value: unknown): value is StopError {
  return value instanceof Error && value.name === 'StopError' && 'code' in value
}
