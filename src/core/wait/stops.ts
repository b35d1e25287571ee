import { isoTime } from '../time/clock.js'
import { isStopError, type StopError } from '../words/error.js'
import type { Mode } from '../words/mode.js'
import type { Outcome } from '../words/outcome.js'
import type { Receipt } from '../words/receipt.js'
import type { Seen } from '../words/state.js'
import { Escalation } from './escalation.js'
import type { Evidence } from './evidence.js'
import { isPassing } from './passing.js'
import type { StopAndWaitTools } from './tools.js'
import { untilArrived } from './until-arrived.js'
import type { Verdict } from './verdict.js'
import type { WaitErrors } from './wait-errors.js'

/** How often a repeatable stop without an answer is sent again while the work still runs. */
const mostRepeats = 3

/** The stops that `stopAndWait` sends: the first one, its repeats, and force once if escalation is on. */
export class Stops<R extends Receipt> {
  readonly #escalation: Escalation
  #mode: Mode
  #repeats = 0

  constructor(
    readonly tools: StopAndWaitTools<R>,
    readonly evidence: Evidence<R>,
    readonly verdict: Verdict<R>,
    readonly errors: WaitErrors<R>,
  ) {
    this.#mode = tools.mode
    this.#escalation = new Escalation(tools.escalateAfterMs)
  }

  /** The mode of the last stop that may take effect. */
  get mode(): Mode {
    return this.#mode
  }

  /** When force is due, on the clock of the wait; undefined when it is not known or no force will be sent. */
  get forceDueMs(): number | undefined {
    return this.#escalation.dueMs
  }

  /**
   * Why force was not sent although it was due. It is not sent while the state is unknown: the work may have ended, or the
   * system may not allow force.
   */
  get notForced(): string | undefined {
    const isDue = this.#escalation.isDue(this.tools.elapsedMs())
    const isBlind = isDue && this.evidence.blindness.error !== undefined
    return this.#escalation.why ?? (isBlind ? 'not forced: the state could not be read' : undefined)
  }

  /** Sends the first stop until one may have arrived. Undefined: it got no answer. */
  first(): Promise<R | undefined> {
    const { settings, retry, escalateAfterMs } = this.tools
    return untilArrived({
      ...{ ...settings, retry, leftMs: () => this.#leftMs() },
      send: () => this.#send(this.#mode, this.#leftMs(), escalateAfterMs),
    }).catch((error: StopError) => {
      throw this.errors.ofStop(error)
    })
  }

  /** Sends the stop that is due while the work is in this state, if any. Returns the outcome if its answer shows the end. */
  async next(seen: Seen): Promise<Outcome | undefined> {
    // `stopping` may come from the first stop that was accepted, not from the force that was sent later.
    if (seen.phase === 'stopping' && this.#mode === this.tools.mode) this.evidence.arrived()
    return (await this.#repeat(seen)) ?? (await this.#escalate(seen))
  }

  /** After a stop without an answer: it is sent again only if a repeat is harmless and the work still runs. */
  async #repeat(seen: Seen): Promise<Outcome | undefined> {
    if (this.evidence.doubt === undefined || seen.phase === 'unknown' || seen.phase === 'gone') return undefined
    if (!this.tools.rules.repeatable[this.#mode] || this.#repeats >= mostRepeats) return undefined
    // Not after force is due: then force is sent instead.
    const untilForceMs = (this.#escalation.dueMs ?? Number.POSITIVE_INFINITY) - this.tools.elapsedMs()
    const timeoutMs = Math.min(this.#leftMs(), untilForceMs)
    if (timeoutMs <= 0) return undefined
    this.#repeats += 1
    return this.#sendLater(this.#mode, timeoutMs)
  }

  /** Sends force once, when it is due and the system allows it. */
  async #escalate(seen: Seen): Promise<Outcome | undefined> {
    const { elapsedMs, rules } = this.tools
    if (!this.#escalation.isDue(elapsedMs()) || this.#leftMs() <= 0) return undefined
    if (!this.#escalation.isAllowed(seen, rules.forceNeedsPermission)) return undefined
    this.#escalation.spend()
    this.#mode = 'force'
    return this.#sendLater('force', this.#leftMs())
  }

  /** Sends a stop during the wait. Temporary failures, and refusals that mean "not now", do not end the wait. */
  async #sendLater(mode: Mode, timeoutMs: number): Promise<Outcome | undefined> {
    const result = await this.#send(mode, timeoutMs).catch((error: StopError) => error)
    if (result === undefined) return undefined
    if (isStopError(result)) return this.#failedLater(mode, result)
    if (result.outcome === 'accepted') return undefined
    // The work had ended before this stop, but not before the first one. A read shows how it ended.
    if (result.outcome === 'stopped') return 'stopped'
    return result.phase === 'failed' || result.phase === 'expired' ? undefined : this.verdict.ofEnd(result)
  }

  #failedLater(mode: Mode, error: StopError): Outcome | undefined {
    // The record is gone now, so the work has ended. Whether it existed before decides between `stopped` and `gone`.
    if (error.code === 'not_found') {
      this.evidence.story.vanished()
      return this.verdict.ofEnd({ phase: 'gone' })
    }
    if (mode === 'force' && this.tools.mode !== 'force') {
      if (error.code === 'failed_precondition') {
        this.#escalation.refuse(error.message, this.tools.rules.forceNeedsPermission)
        this.#mode = this.tools.mode
        return undefined
      }
      // The force did not arrive, so it may be sent again.
      if (isPassing(error)) {
        this.#escalation.restore()
        this.#mode = this.tools.mode
      }
    }
    if (isPassing(error)) return undefined
    throw this.errors.ofStop(error)
  }

  /** Sends one stop and records it. Undefined: it got no answer and may have arrived. */
  async #send(mode: Mode, timeoutMs: number, holdMs?: number): Promise<R | undefined> {
    const { settings, sent, rules, looked } = this.tools
    const at = isoTime(settings.clock)
    const before = sent()
    const result = await this.tools.stop(mode, timeoutMs, holdMs).catch((error: StopError) => error)
    if (isStopError(result)) {
      if (sent() > before) this.evidence.story.failed(at, mode, result.httpStatus)
      if (!result.ambiguous || result.code === 'aborted') throw result
      this.evidence.doubted(result, [...rules.sideEffects[mode], ...looked()])
      this.#beginEscalation()
      return undefined
    }
    // A stop that joins another sends nothing, so its answer is that of a read.
    const isSent = sent() > before || result.outcome !== 'accepted'
    this.evidence.answered(at, isSent ? mode : undefined, result)
    this.#beginEscalation()
    return result
  }

  #beginEscalation(): void {
    this.#escalation.begin(this.tools.arrivedMs() ?? this.tools.elapsedMs())
  }

  #leftMs(): number {
    return this.tools.settings.deadlineMs - this.tools.elapsedMs()
  }
}
