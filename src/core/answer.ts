import type { StopErrorCode } from './error.js'
import type { RawResponse } from './receipt.js'

/** An answer of a system: always decide by `status` and `ok`; a failed answer may have no body at all. */
export interface Answer<D> {
  readonly status: number
  readonly ok: boolean
  readonly headers: Headers
  /** The typed body of a success; undefined when it was empty. */
  readonly data: D | undefined
  /** The body of a failure: parsed JSON, else text, else undefined. */
  readonly error: unknown
}

/** What a system's errors.ts reads in a failed answer. */
export interface Failure {
  readonly code: StopErrorCode
  readonly providerCode?: string | undefined
  readonly providerMessage?: string | undefined
  readonly requestId?: string | undefined
  /** How long the system asks to wait, in milliseconds, where it says so in a way of its own. */
  readonly retryAfterMs?: number | undefined
  /** What to tell the reader beside the system's own words. */
  readonly hint?: string | undefined
  /** The system has no record of the very thing that was to stop (not merely of what holds it). */
  readonly missing?: boolean
}

/** Reads a failed answer. Each system has one, in its errors.ts. */
export type ReadFailure = (answer: Answer<unknown>) => Failure

/** A proxy in front may say 200 and put the system's error, or its own, into the body. */
export function isFailureInDisguise({ providerCode, providerMessage }: Failure, data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false
  const { error = null } = data as { readonly error?: unknown }
  return providerCode !== undefined || providerMessage !== undefined || error !== null
}

/** Nothing stands in the body: where an operation's success has none, another server's page or object is not its word. */
export function isBare({ data }: Answer<unknown>): boolean {
  return data === undefined || data === null || (typeof data === 'object' && Object.keys(data).length === 0)
}

/** The body is an object, or there is none: a text, a list or a flag is not of these APIs. */
export function isObjectOrNothing({ data }: Answer<unknown>): boolean {
  return data === undefined || data === null || (typeof data === 'object' && !Array.isArray(data))
}

/** A gateway's 5xx, 408 or 499 does not say whether the system behind it got the request; nor does a strange success. */
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
