import type { Hide } from '../http/redact.js'
import type { Warning } from '../words/warning.js'

/** What is counted and remembered over all calls of one wait. */
export interface Tally {
  /** How many requests were sent that change something. */
  changes: number
  /** The read before a stop showed that the work was running. */
  existed?: boolean
  /** The warnings of the read before a stop, also when the stop then failed. */
  looked?: readonly Warning[]
  /** When the first stop was sent that was accepted or may have arrived, on the system's clock. */
  arrivedAt?: number
  /** How long a stop may take after it may have arrived, in milliseconds. After that time force is due. */
  holdMs?: number | undefined
  /** What hides the credentials of the last requests: a peer may echo one of an earlier try. */
  hides?: readonly Hide[]
  /** The caller retries until a deadline, so the read before a stop may be retried too. */
  readonly patient?: boolean
}
