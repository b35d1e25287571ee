import type { Place } from '../http/place.js'
import type { Operation } from '../words/operation.js'

/** What a call remembers of one operation. */
interface TryRecord {
  /** How many times it was sent. */
  sent: number
  /** How many times it was tried, also when its credential failed and nothing was sent. */
  tried: number
  /** Its last request. */
  asked: Place | undefined
  /** It was sent more than once, and an earlier try without an answer may have taken effect. */
  isDoubtful: boolean
}

/** The tries of one call, by operation. */
export class Tries {
  readonly #records = new Map<Operation, TryRecord>()

  of(operation: Operation): TryRecord {
    const record = this.#records.get(operation) ?? { sent: 0, tried: 0, asked: undefined, isDoubtful: false }
    this.#records.set(operation, record)
    return record
  }
}
