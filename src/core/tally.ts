import type { Warning } from './receipt.js'

/** What is counted and learnt over all the calls of one wait. */
export interface Tally {
  /** The requests that change something. */
  changes: number
  /** A stop saw the work go on before it sent anything. */
  existed?: boolean
  /** What the looks before a stop found to warn of, also when the stop then ended with an error. */
  looked?: readonly Warning[]
  /** When the first request was sent that changes something and was accepted or may have arrived, on the system's clock. */
  arrivedAt?: number
  /** How long a stop may take from the moment at which it may have arrived, in milliseconds: then force is due. */
  holdMs?: number | undefined
  /** The caller goes on trying until a deadline, so that a read before a stop may be tried again too. */
  readonly patient?: boolean
}
