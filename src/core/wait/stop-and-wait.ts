import { acceptHint } from '../call/if-missing.js'
import type { RetrySettings } from '../call/retry.js'
import { isoTime } from '../time/clock.js'
import { isStopError, StopError } from '../words/error.js'
import type { StopErrorCode } from '../words/error-code.js'
import { asStopError, headOf } from '../words/identity.js'
import type { Mode } from '../words/mode.js'
import type { Outcome } from '../words/outcome.js'
import { isEnded } from '../words/phase.js'
import type { Receipt, Step } from '../words/receipt.js'
import type { Seen } from '../words/state.js'
import type { Status } from '../words/status.js'
import { advised } from '../words/text.js'
import { alreadyStopping, copied, earlierTryUnanswered, type Warning } from '../words/warning.js'
import { Blindness } from './blindness.js'
import { Escalation } from './escalation.js'
import { type Followed, follow, type WaitBounds } from './follow.js'
import { isPassing } from './passing.js'
import { Story } from './story.js'
import { untilArrived } from './until-arrived.js'
import type { WaitRules } from './wait-options.js'

/** What `stopAndWait` needs from a system. */
export interface StopAndWaitTools<R extends Receipt> {
  readonly rules: WaitRules
  readonly settings: WaitBounds
  readonly mode: Mode
  readonly ifMissing: 'error' | 'accept'
  /** When to escalate; undefined without escalation. */
  readonly escalateAfterMs: number | undefined
  /** The retry settings of a request. */
  readonly retry: RetrySettings
  readonly elapsedMs: () => number
  /** When the first stop was sent that was accepted or may have arrived; undefined when none was. */
  readonly arrivedMs: () => number | undefined
  /** Sends a stop. After it may have arrived, the wait for its answer takes at most `holdMs`. */
  readonly stop: (mode: Mode, timeoutMs: number, holdMs?: number) => Promise<R>
  /** How many stops were sent so far, all tries counted. */
  readonly sent: () => number
  /** Whether the read before a stop showed that the work was running. */
  readonly existed: () => boolean
  /** The warnings of the reads before a stop. */
  readonly looked: () => readonly Warning[]
  readonly read: (timeoutMs: number) => Promise<Seen>
  readonly onSeen: (seen: Seen) => Promise<void>
  /** A state in its public form. */
  readonly statusOf: (seen: Seen) => Status
}

/** The result. */
export interface StopAndWaitResult<R extends Receipt> {
  /** The last answer to a stop; absent when no stop was answered. */
  readonly receipt: R | undefined
  readonly mode: Mode
  readonly outcome: Outcome
  readonly seen: Seen | undefined
  /** The last read failed. */
  readonly isBlind: boolean
  /** The last reported state of the work, by a stop or a read. */
  readonly state: Pick<Receipt, 'phase' | 'native'>
  readonly why: string | undefined
  readonly warnings: readonly Warning[]
  readonly steps: readonly Step[]
}

/** How often a repeatable stop without an answer is sent again while the work still runs. */
const mostRepeats = 3

/** Sends a stop, reads the state until the end, and sends force once if escalation is on. */
export class StopAndWait<R extends Receipt> {
  readonly #story: Story
  readonly #warnings = new Map<string, Warning>()
  #mode: Mode
  /** The last answer that accepted the stop. */
  #accepted: R | undefined
  /** The last failure of a stop that may have arrived. */
  #doubt: StopError | undefined
  #repeats = 0
  /** The record of the work existed: a stop found it, or a read showed it. */
  #wasSeen = false
  /** A read showed that the work was running. */
  #wasAlive = false
  readonly #escalation: Escalation
  readonly #blindness: Blindness

  constructor(readonly tools: StopAndWaitTools<R>) {
    this.#mode = tools.mode
    this.#escalation = new Escalation(tools.escalateAfterMs)
    this.#blindness = new Blindness(tools.settings.clock)
    this.#story = new Story(tools.settings.clock)
  }

  async run(): Promise<StopAndWaitResult<R>> {
    const { settings, retry, escalateAfterMs } = this.tools
    const first = await untilArrived({
      ...{ ...settings, retry, leftMs: () => this.#leftMs() },
      send: () => this.#send(this.#mode, this.#leftMs(), escalateAfterMs),
    }).catch((error: StopError) => {
      throw this.#counted(error)
    })
    if (first !== undefined && first.outcome !== 'accepted') return this.#result(first.outcome)
    let ending: Outcome | undefined
    const how = await this.#guard(() =>
      follow({
        ...settings,
        atOnce: false,
        elapsedMs: this.tools.elapsedMs,
        read: this.tools.read,
        sent: this.tools.sent,
        onFailed: (error) => this.#blindness.failed(error),
        alarmMs: () => this.#escalation.dueMs,
        onSeen: async (seen) => {
          ending = await this.#look(seen)
          return ending !== undefined
        },
      }),
    )
    if (ending !== undefined) return this.#result(ending)
    return this.#result(this.#notEnded(how))
  }

  get #existed(): boolean {
    return this.#wasSeen || this.tools.existed()
  }

  /** The meaning of a state: the outcome if the work has ended, otherwise the next action. */
  async #look(seen: Seen): Promise<Outcome | undefined> {
    const { rules, elapsedMs } = this.tools
    await this.#note(seen)
    // A record that has not appeared yet looks like a record that is gone.
    const tooEarly = seen.phase === 'gone' && !this.#existed && elapsedMs() < rules.appearsWithinMs
    // A stop of it was answered, or a read during or before the stop showed it running.
    const isAlive = this.#accepted !== undefined || this.#wasAlive || this.tools.existed()
    if (!isEnded(seen.phase) && seen.phase !== 'unknown') this.#wasAlive = true
    if (seen.phase !== 'gone' && seen.phase !== 'unknown') this.#wasSeen = true
    if (seen.phase === 'gone' && !this.#existed && !tooEarly && this.#provesNothing()) return this.#neverSeen(seen)
    if (!tooEarly && isEnded(seen.phase)) return isAlive ? this.#outcomeOf(seen) : this.#outcomeOfUnseen(seen)
    // `stopping` may come from the first stop that was accepted, not from the force that was sent later.
    if (seen.phase === 'stopping' && this.#mode === this.tools.mode) this.#doubt = undefined
    return (await this.#repeat(seen)) ?? (await this.#escalate(seen))
  }

  /** No stop was answered, or the answer is the same for any id. So it does not prove that the work ever existed. */
  #provesNothing(): boolean {
    return this.#warnings.has('existence-unknown') || (this.#accepted === undefined && this.#doubt !== undefined)
  }

  /** There is no record, and nothing proves that one ever existed. */
  #neverSeen(seen: Seen): Outcome {
    if (this.tools.ifMissing === 'accept') return 'gone'
    throw this.#error('not_found', 'the system has no record of the target', seen.answer.status, acceptHint)
  }

  /** No stop was answered, and no read showed the work running. It may have ended long before the stop. */
  #outcomeOfUnseen(seen: Seen): Outcome | undefined {
    this.#warnings.set(earlierTryUnanswered.code, earlierTryUnanswered)
    return seen.phase === 'stopped' || seen.phase === 'gone' ? this.#outcomeOf(seen) : 'already-ended'
  }

  #outcomeOf({ phase, unexplained }: Pick<Seen, 'phase' | 'unexplained'>): Outcome | undefined {
    if (unexplained === true) return 'ended-unexplained'
    if (phase === 'stopped') return 'stopped'
    if (phase === 'gone') return this.tools.rules.goneIsStopped && this.#existed ? 'stopped' : 'gone'
    return isEnded(phase) ? 'ended-anyway' : undefined
  }

  /** After a stop without an answer: it is sent again only if a repeat is harmless and the work still runs. */
  async #repeat(seen: Seen): Promise<Outcome | undefined> {
    if (this.#doubt === undefined || seen.phase === 'unknown' || seen.phase === 'gone') return undefined
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
    const sent = await this.#send(mode, timeoutMs).catch((error: StopError) => error)
    if (sent === undefined) return undefined
    if (isStopError(sent)) return this.#failedLater(mode, sent)
    if (sent.outcome === 'accepted') return undefined
    // The work had ended before this stop, but not before the first one. A read shows how it ended.
    if (sent.outcome === 'stopped') return 'stopped'
    return sent.phase === 'failed' || sent.phase === 'expired' ? undefined : this.#outcomeOf(sent)
  }

  #failedLater(mode: Mode, error: StopError): Outcome | undefined {
    // The record is gone now, so the work has ended. Whether it existed before decides between `stopped` and `gone`.
    if (error.code === 'not_found') {
      this.#story.vanished()
      return this.#outcomeOf({ phase: 'gone' })
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
    throw this.#counted(error)
  }

  /** The error of one stop, with the count of all stops that were sent and the last state that was read. */
  #counted(error: StopError): StopError {
    const attempts = Math.max(error.attempts, this.tools.sent())
    return new StopError(error.code, error.message, { ...error, cause: error.cause, attempts, ...this.#lastRead() })
  }

  #lastRead(): { readonly status?: Status } {
    const { seen } = this.#story
    return seen === undefined ? {} : { status: this.tools.statusOf(seen) }
  }

  /** Sends one stop and records it. Undefined: it got no answer and may have arrived. */
  async #send(mode: Mode, timeoutMs: number, holdMs?: number): Promise<R | undefined> {
    const at = isoTime(this.tools.settings.clock)
    const before = this.tools.sent()
    const sent = await this.tools.stop(mode, timeoutMs, holdMs).catch((error: StopError) => error)
    if (isStopError(sent)) {
      if (this.tools.sent() > before) this.#story.lost(at, mode, sent.httpStatus)
      if (!sent.ambiguous || sent.code === 'aborted') throw sent
      this.#doubt = sent
      this.#escalation.begin(this.tools.arrivedMs() ?? this.tools.elapsedMs())
      const sideEffects = this.tools.rules.sideEffects[mode] ?? []
      for (const warning of [...sideEffects, ...this.tools.looked()]) this.#warnings.set(warning.code, warning)
      return undefined
    }
    // A stop that joins another sends nothing, so its answer is that of a read.
    const isSent = this.tools.sent() > before || sent.outcome !== 'accepted'
    if (isSent) this.#warnings.delete(alreadyStopping.code)
    for (const warning of sent.warnings) this.#warnings.set(warning.code, warning)
    this.#story.taken(at, isSent ? mode : undefined, sent)
    this.#accepted = sent
    this.#escalation.begin(this.tools.arrivedMs() ?? this.tools.elapsedMs())
    this.#doubt = undefined
    // Restate's DELETE accepts any id, so its 202 does not prove that the work existed.
    if (!this.#warnings.has('existence-unknown')) this.#wasSeen = true
    return sent
  }

  #leftMs(): number {
    return this.tools.settings.deadlineMs - this.tools.elapsedMs()
  }

  async #note(seen: Seen): Promise<void> {
    this.#blindness.over()
    if (this.#story.read(seen)) await this.tools.onSeen(seen)
  }

  /** The deadline has passed or the caller's signal fired, and no end was read. */
  #notEnded(how: Followed): Outcome {
    const taken = this.#accepted !== undefined || this.#story.seen?.phase === 'stopping'
    if (how === 'aborted') throw this.#error('aborted', "the caller's signal ended the wait")
    // It is not known whether the stop arrived, so `accepted` would be a guess.
    if (!taken && this.#doubt !== undefined) throw this.#counted(this.#doubt)
    return 'accepted'
  }

  #error(code: StopErrorCode, what: string, httpStatus?: number, hint?: string): StopError {
    return new StopError(
      code,
      advised(`${headOf({ system: this.tools.rules.name, called: 'stopAndWait' })}${what}${this.#said()}`, hint),
      {
        system: this.tools.rules.name,
        kind: this.tools.rules.kind,
        operation: 'stopAndWait',
        attempts: this.tools.sent(),
        ambiguous: this.#accepted === undefined || this.#doubt !== undefined,
        ...(httpStatus === undefined ? {} : { httpStatus }),
        ...(this.#accepted === undefined ? {} : { receipt: this.#accepted }),
        ...this.#lastRead(),
      },
    )
  }

  #said(): string {
    if (this.#accepted !== undefined) return `; the stop had been accepted (HTTP ${this.#accepted.httpStatus})`
    const { httpStatus } = this.#doubt ?? {}
    if (httpStatus !== undefined) return `; the stop was answered with HTTP ${httpStatus}, and may have arrived`
    return '; the stop got no answer and may have arrived'
  }

  /** Adds what is known of the stop to the error of a later step. */
  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      const { name: system, kind } = this.tools.rules
      const error = asStopError(thrown, { system, kind, called: 'stopAndWait' }, 'stopAndWait', {
        attempts: this.tools.sent(),
      })
      // An error made here already says it.
      const said = error.operation === 'stopAndWait' && isStopError(thrown) ? '' : this.#said()
      throw new StopError(error.code, `${error.message}${said}`, {
        ...error,
        cause: error.cause,
        // Without a receipt the first stop had no answer, but it may have arrived.
        ambiguous: error.ambiguous || this.#doubt !== undefined || this.#accepted === undefined,
        ...(this.#accepted === undefined ? {} : { receipt: this.#accepted }),
        ...this.#lastRead(),
      })
    }
  }

  /** Force is not sent while the state is unknown: the work may have ended, or the system may not allow force. */
  #notForced(): string | undefined {
    const isDue = this.#escalation.isDue(this.tools.elapsedMs())
    const isBlind = isDue && this.#blindness.error !== undefined
    return this.#escalation.why ?? (isBlind ? 'not forced: the state could not be read' : undefined)
  }

  #result(outcome: Outcome): StopAndWaitResult<R> {
    const lost = this.#doubt !== undefined && outcome === 'accepted'
    if (lost) this.#warnings.set(earlierTryUnanswered.code, earlierTryUnanswered)
    const unanswered = lost ? `the last stop (mode ${this.#mode}) got no answer and may have arrived` : undefined
    const reasons = {
      accepted: [this.#blindness.why, unanswered, this.#notForced(), this.#story.seen?.why ?? this.#accepted?.why],
      'ended-unexplained': [this.#story.seen?.why],
      'already-ended': [this.#accepted?.why],
    }
    const told: readonly (string | undefined)[] = outcome in reasons ? reasons[outcome as keyof typeof reasons] : []
    const why = told.filter(Boolean).join('; ')
    return {
      receipt: this.#accepted,
      mode: this.#mode,
      outcome,
      seen: this.#story.seen,
      isBlind: this.#blindness.error !== undefined,
      state: this.#story.standing,
      why: why === '' ? undefined : why,
      warnings: copied([...this.#warnings.values()]),
      steps: this.#story.steps,
    }
  }
}
