import type { AttemptSignal } from '../time/attempt-signal.js'
import type { HeaderFields } from '../words/header-fields.js'

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
  /** The whole body, at once if it is here. It fails when the body does not come to its end, or is too large. */
  text(): string | Promise<string>
  /** The body is not wanted. */
  discard(): void
}

/**
 * Sends one request, over undici or a fetch. `begun` is called when it may be on its way: until then it waits for a
 * connection, and cannot have arrived. A fetch may return anything, so what it returned is read by a function; undefined
 * when it is no Response. `over` is called when the request needs its connection no more.
 */
export type Carry = (
  request: Sent,
  attempt: AttemptSignal,
  begun: () => void,
  over?: () => void,
) => Promise<() => Arriving | undefined>
