import { isoTime, type Timing } from '../time/clock.js'
import type { Mode } from '../words/mode.js'
import type { Phase } from '../words/phase.js'
import type { Receipt, Step } from '../words/receipt.js'
import type { Seen } from '../words/state.js'

/** The state of the work, as in a receipt. */
type Standing = Pick<Receipt, 'phase' | 'native'>

/** The history of a wait: each stop that was sent, each change that was read, and the current state. */
export class Story {
  readonly steps: Step[] = []
  #seen: Seen | undefined
  #standing: Standing = { phase: 'unknown' }

  constructor(readonly clock: Timing) {}

  /** The last state that was read. */
  get seen(): Seen | undefined {
    return this.#seen
  }

  /** The last reported state of the work, by a stop or a read. */
  get standing(): Standing {
    return this.#standing
  }

  /** A stop got no answer, or an answer that is an error. */
  failed(at: string, mode: Mode, httpStatus: number | undefined): void {
    this.steps.push({ at, mode, ...(httpStatus === undefined ? {} : { httpStatus }), phase: 'unknown' })
  }

  /** A stop was answered. `mode` is absent for a stop that joined another one. */
  answered(at: string, mode: Mode | undefined, { httpStatus, phase, native }: Receipt): void {
    const standing = standingOf(phase, native)
    this.steps.push({ at, ...(mode === undefined ? {} : { mode }), httpStatus, ...standing })
    // An accepted stop says nothing about the state of the work, so the last read is still valid.
    if (phase !== 'unknown') this.#standing = standing
  }

  /** A stop found no record of the work. */
  vanished(): void {
    this.#standing = { phase: 'gone' }
  }

  /** A state was read. Returns whether it differs from the previous one. */
  read(seen: Seen): boolean {
    const { phase, native } = seen
    const changed = this.#seen?.phase !== phase || this.#seen.native !== native
    // The read of a stop that joined has already reported this state.
    const { phase: knownPhase, native: knownNative } = this.#standing
    const isTold = this.#seen === undefined && phase === knownPhase && native === knownNative && phase !== 'unknown'
    this.#seen = seen
    this.#standing = standingOf(phase, native)
    if (changed && !isTold) {
      this.steps.push({ at: isoTime(this.clock), httpStatus: seen.answer.status, ...this.#standing })
    }
    return changed
  }
}

function standingOf(phase: Phase, native: string | undefined): Standing {
  return native === undefined ? { phase } : { phase, native }
}
