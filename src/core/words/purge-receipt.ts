import type { RawResponse } from './receipt.js'

/** The result of `purge()`. */
export interface PurgeReceipt<K extends string = string, T = unknown> {
  readonly system: string
  readonly kind: K
  readonly target: T
  /**
   * - `purged`: the system says that the record is gone.
   * - `accepted`: the system took the request; the record may still be there.
   * - `gone`: there was no record. Either the call has `ifMissing: 'accept'`, or an earlier try got no answer and may have
   *   removed the record.
   */
  readonly outcome: 'purged' | 'accepted' | 'gone'
  readonly httpStatus: number
  /** How many times the request was sent. */
  readonly attempts: number
  /** How long the call took, in milliseconds. */
  readonly elapsedMs: number
  readonly response: RawResponse
  /** The result for people: one printable line of at most 300 characters. Decide by `outcome`, not by this text. */
  readonly summary: string
}
