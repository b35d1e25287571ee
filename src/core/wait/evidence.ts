import type { StopError } from '../words/error.js'
import type { Mode } from '../words/mode.js'
import { isEnded } from '../words/phase.js'
import type { Receipt } from '../words/receipt.js'
import type { Seen } from '../words/state.js'
import { alreadyStopping, type Warning } from '../words/warning.js'
import { Blindness } from './blindness.js'
import { Story } from './story.js'
import type { StopAndWaitTools } from './tools.js'

/** What `stopAndWait` knows so far: of the work, by its reads, and of its stops, by their answers. */
export class Evidence<R extends Receipt> {
  readonly story: Story
  readonly blindness: Blindness
  readonly #warnings = new Map<string, Warning>()
  #receipt: R | undefined
  #doubt: StopError | undefined
  #existed = false
  #wasAlive = false

  constructor(readonly tools: Pick<StopAndWaitTools<R>, 'settings' | 'wasAlive'>) {
    this.story = new Story(tools.settings.clock)
    this.blindness = new Blindness(tools.settings.clock)
  }

  /** The last answer to a stop. */
  get receipt(): R | undefined {
    return this.#receipt
  }

  /** The failure of the last stop, if that stop may have arrived and nothing shows that it did. */
  get doubt(): StopError | undefined {
    return this.#doubt
  }

  get warnings(): readonly Warning[] {
    return [...this.#warnings.values()]
  }

  /** The record of the work existed: a stop found it, or a read showed it. */
  get existed(): boolean {
    return this.#existed || this.tools.wasAlive()
  }

  /**
   * Nothing proves that the work ever existed: no read showed it, and no stop was answered, or the answer is the same for
   * any id.
   */
  get isUnproven(): boolean {
    const isSilent = this.#receipt === undefined && this.#doubt !== undefined
    return !this.existed && (this.#warnings.has('existence-unknown') || isSilent)
  }

  /** A stop of the work was answered, or a read during or before the stop showed it running. */
  get wasAlive(): boolean {
    return this.#receipt !== undefined || this.#wasAlive || this.tools.wasAlive()
  }

  /** A stop was answered. `mode` is absent for a stop that joined another one. */
  answered(at: string, mode: Mode | undefined, receipt: R): void {
    if (mode !== undefined) this.#warnings.delete(alreadyStopping.code)
    this.warn(receipt.warnings)
    this.story.answered(at, mode, receipt)
    this.#receipt = receipt
    this.#doubt = undefined
    // Restate's DELETE accepts any id, so its 202 does not prove that the work existed.
    if (!this.#warnings.has('existence-unknown')) this.#existed = true
  }

  /** A stop failed that may have arrived; `warnings`: what it does if it did. */
  doubted(error: StopError, warnings: readonly Warning[]): void {
    this.#doubt = error
    this.warn(warnings)
  }

  /** The stop without an answer has arrived. */
  arrived(): void {
    this.#doubt = undefined
  }

  /** A state was read. Returns whether it differs from the previous one. */
  read(seen: Seen): boolean {
    this.blindness.over()
    if (!isEnded(seen.phase) && seen.phase !== 'unknown') this.#wasAlive = true
    if (seen.phase !== 'gone' && seen.phase !== 'unknown') this.#existed = true
    return this.story.read(seen)
  }

  warn(warnings: readonly Warning[]): void {
    for (const warning of warnings) this.#warnings.set(warning.code, warning)
  }
}
