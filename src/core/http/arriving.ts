import type { AttemptSignal } from '../time/attempt-signal.js'
import { type HeaderFields, HeaderMap } from '../words/header-fields.js'
import { discard, readText } from './body.js'

/** A request as it is sent: signed and complete. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Empty without a body. */
  readonly body: string
}

/** An answer whose head has come. */
export interface Arriving {
  readonly status: number
  readonly ok: boolean
  readonly headers: HeaderFields
  /** A redirect was followed on the way to it. @default no */
  readonly followed?: boolean
  /** It is a redirect whose status is hidden. @default no */
  readonly isOpaque?: boolean
  /** The whole body. It fails when the body does not come to its end, or is too large. */
  text(): Promise<string>
  /** The body is not wanted. */
  discard(): void
}

/** The answer of a fetch; undefined when it is not a Response. */
export function ofFetch(response: unknown, attempt: AttemptSignal): Arriving | undefined {
  if (!isResponse(response)) return undefined
  const { status, ok, redirected, type, body } = response
  const headers = new HeaderMap()
  response.headers.forEach((value, name) => {
    headers.set(name.toLowerCase(), value)
  })
  return {
    ...{ status, ok, headers, followed: redirected === true, isOpaque: type === 'opaqueredirect' },
    text: () => readText(response, attempt.signal),
    discard: () => discard(body),
  }
}

function isResponse(value: unknown): value is Response {
  if (typeof value !== 'object' || value === null) return false
  const { status, headers } = value as Partial<Response>
  return Number.isInteger(status) && typeof headers?.get === 'function' && typeof headers.forEach === 'function'
}
