import type { RetrySettings } from '../call/retry.js'
import type { Mode } from '../words/mode.js'
import type { Receipt } from '../words/receipt.js'
import type { Seen } from '../words/state.js'
import type { Status } from '../words/status.js'
import type { Warning } from '../words/warning.js'
import type { WaitBounds } from './follow.js'
import type { WaitRules } from './wait-options.js'

/** What each wait needs from a system. */
export interface WaitTools {
  readonly rules: WaitRules
  readonly settings: WaitBounds
  readonly ifMissing: 'error' | 'accept'
  /** The retry settings of a request. */
  readonly retry: RetrySettings
  readonly elapsedMs: () => number
  readonly read: (timeoutMs: number) => Promise<Seen>
  /** Tells the caller a state that differs from the previous one. */
  readonly onSeen: (seen: Seen) => Promise<void>
  /** A state in its public form. */
  readonly statusOf: (seen: Seen) => Status
}

/** What `stopAndWait` needs from a system. */
export interface StopAndWaitTools<R extends Receipt> extends WaitTools {
  readonly mode: Mode
  /** When to escalate; undefined without escalation. */
  readonly escalateAfterMs: number | undefined
  /** When the first stop was sent that was accepted or may have arrived; undefined when none was. */
  readonly arrivedMs: () => number | undefined
  /** Sends a stop. After it may have arrived, the wait for its answer takes at most `holdMs`. */
  readonly stop: (mode: Mode, timeoutMs: number, holdMs?: number) => Promise<R>
  /** How many stops were sent so far, all tries counted. */
  readonly sent: () => number
  /** Whether the read before a stop showed that the work was running. */
  readonly wasAlive: () => boolean
  /** The warnings of the reads before a stop. */
  readonly looked: () => readonly Warning[]
}
