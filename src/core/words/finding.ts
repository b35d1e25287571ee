import type { Answer } from './answer.js'
import type { StopError } from './error.js'
import type { Operation } from './operation.js'
import type { Outcome } from './outcome.js'
import type { Phase } from './phase.js'
import type { PurgeReceipt } from './purge-receipt.js'
import type { Warning } from './warning.js'

/** The result of a system's stop.ts. */
export interface StopFinding {
  readonly outcome: Outcome
  readonly phase: Phase
  readonly native?: string | undefined
  /** What the state says in addition to its phase. */
  readonly why?: string | undefined
  /** The answer to the stop itself. */
  readonly answer: Answer<unknown>
  /** The operation that was answered; undefined when no stop was sent. */
  readonly operation?: Operation
  /** This call stopped nothing, because another stop was under way. The answer is that of the read. */
  readonly joined?: boolean
  /** Warnings in addition to the side effects of this mode. */
  readonly warnings?: readonly Warning[]
  /** The system has no record of the target. This error is thrown unless the caller accepts the outcome `gone`. */
  readonly missing?: StopError
}

/** The finding for a target without a record. */
export function missing(error: StopError, answer: Answer<unknown>, operation: Operation): StopFinding {
  return { outcome: 'gone', phase: 'gone', answer, operation, missing: error }
}

/** What a system's purge.ts found. */
export interface PurgeFinding {
  readonly outcome: PurgeReceipt['outcome']
  readonly answer: Answer<unknown>
  readonly operation: Operation
  /** The system has no record of the target. This error is thrown unless the caller accepts that. */
  readonly missing?: StopError
  /** The purge does not remove the record, so an earlier try of it cannot be why the record is missing. @default false */
  readonly keepsRecord?: boolean
}
