import type { StopErrorCode } from './error-code.js'
import type { HeaderFields } from './header-fields.js'
import type { RawResponse } from './receipt.js'

/** An answer of a system. Always decide by `status` and `ok`, because a failed answer may have no body. */
export interface Answer<D> {
  readonly status: number
  readonly ok: boolean
  readonly headers: HeaderFields
  /** The typed body of a success; undefined when it was empty. */
  readonly data: D | undefined
  /** The body of a failure: parsed JSON, else text, else undefined. */
  readonly error: unknown
}

/** The meaning of a failed answer, as a system's errors.ts reads it. */
export interface Failure {
  readonly code: StopErrorCode
  readonly providerCode?: string | undefined
  readonly providerMessage?: string | undefined
  /** How long the system asks to wait, in milliseconds, if it says so in its own header. */
  readonly retryAfterMs?: number | undefined
  /** Advice for the reader, added to the system's own message. */
  readonly hint?: string | undefined
  /**
   * The system has no record of the work itself. A missing function or service does not count. `perhaps`: the system
   * answers the same for work that the caller may not see, so a read says `unknown`, and `ifMissing` does not apply.
   */
  readonly missing?: boolean | 'perhaps'
}

/** Reads a failed answer. Each system has one, in its errors.ts. `now` is the time of the system's clock. */
export type ReadFailure = (answer: Answer<unknown>, now: number) => Failure

/** A proxy may answer 200 with an error in the body, either the system's or its own. */
export function isFailureInDisguise({ providerCode, providerMessage }: Failure, data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false
  const { error = null } = data as { readonly error?: unknown }
  return providerCode !== undefined || providerMessage !== undefined || error !== null
}

/** The body is empty. If the success of an operation has no body, an answer with a body is from another server. */
export function isBare({ data }: Answer<unknown>): boolean {
  return data === undefined
}

/** The body is an object or is empty. A text, a list or a boolean is not an answer of these APIs. */
export function isObjectOrNothing({ data }: Answer<unknown>): boolean {
  return data === undefined || data === null || (typeof data === 'object' && !Array.isArray(data))
}

/** A 5xx, 408 or 499 of a gateway, or an unknown success, does not say whether the system got the request. */
export function isUndecided({ status, ok }: Answer<unknown>): boolean {
  return status >= 500 || status === 408 || status === 499 || ok
}

/** An answer in the form that receipts show. */
export function rawResponse(answer: Answer<unknown>): RawResponse {
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: answer.ok ? answer.data : answer.error,
  }
}
