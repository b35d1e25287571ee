import { isoTime, type Timing } from '../time/clock.js'
import type { StopError } from '../words/error.js'

/** Since when the reads of a wait have failed, and with which error. */
export class Blindness {
  #since: string | undefined
  #error: StopError | undefined

  constructor(readonly clock: Timing) {}

  /** A read has failed. */
  failed(error: StopError): void {
    this.#since ??= isoTime(this.clock)
    this.#error = error
  }

  /** A read has succeeded. */
  over(): void {
    this.#since = undefined
    this.#error = undefined
  }

  /** Why the known state may be out of date; undefined when the last read succeeded. */
  get why(): string | undefined {
    return this.#error === undefined ? undefined : `not read since ${this.#since}: ${this.#error.message}`
  }

  /** The error of the last read. */
  get error(): StopError | undefined {
    return this.#error
  }
}
