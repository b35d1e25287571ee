import { earlierTryUnanswered } from './doubt.js'
import { isStopError, StopError, type StopErrorCode } from './error.js'
import { Blindness, type Followed, follow, isPassing } from './follow.js'
import { asStopError } from './identity.js'
import { acceptHint } from './if-missing.js'
import type { Mode } from './mode.js'
import type { Outcome } from './outcome.js'
import { isEnded, type Phase } from './phase.js'
import { advised } from './place.js'
import type { Receipt, Step, Warning } from './receipt.js'
import type { Seen } from './state.js'
import { alreadyStopping } from './stops-under-way.js'
import type { WaitRules, WaitSettings } from './wait-options.js'

/** What stopping and waiting needs of a system. */
export interface StopAndWaitTools<R extends Receipt> {
  readonly rules: WaitRules
  readonly settings: WaitSettings
  readonly mode: Mode
  readonly ifMissing: 'error' | 'accept'
  /** The mode to escalate to, and when; undefined when nobody asked for it. */
  readonly escalateAfterMs: number | undefined
  readonly elapsedMs: () => number
  readonly stop: (mode: Mode, timeoutMs: number) => Promise<R>
  /** How many stops were sent so far, all tries counted. */
  readonly sent: () => number
  /** Whether a stop saw the work go on before it was sent. */
  readonly existed: () => boolean
  /** What the looks before a stop found to warn of. */
  readonly looked: () => readonly Warning[]
  readonly read: (timeoutMs: number) => Promise<Seen>
  readonly onSeen: (seen: Seen) => Promise<void>
}

/** What came of it. */
export interface StopAndWaitResult<R extends Receipt> {
  /** The last answer to a stop; absent when no stop was answered. */
  readonly receipt: R | undefined
  readonly mode: Mode
  readonly outcome: Outcome
  readonly seen: Seen | undefined
  /** The last that was told of the work, by a stop or a read. */
  readonly state: Pick<Receipt, 'phase' | 'native'>
  readonly why: string | undefined
  readonly warnings: readonly Warning[]
  readonly steps: readonly Step[]
}

/** How often a stop that may be repeated is sent again when no answer came and the work is seen to go on. */
const mostRepeats = 3

/** Sends a stop, follows the work to its end, and, when that was asked for, forces it once. */
export class StopAndWait<R extends Receipt> {
  readonly #steps: Step[] = []
  readonly #warnings = new Map<string, Warning>()
  #mode: Mode
  /** The last answer that took the stop. */
  #accepted: R | undefined
  /** The last failure after which it is not known whether the stop arrived. */
  #doubt: StopError | undefined
  #repeats = 0
  #seen: Seen | undefined
  #state: Pick<Receipt, 'phase' | 'native'> = { phase: 'unknown' }
  /** The record of the work was there: a stop found it, or a read showed it. */
  #wasSeen = false
  /** It was seen to go on. */
  #wasAlive = false
  #escalation: 'none' | 'due-later' | 'done' | 'refused'
  #whyNotForced: string | undefined
  readonly #blindness = new Blindness()

  constructor(readonly tools: StopAndWaitTools<R>) {
    this.#mode = tools.mode
    this.#escalation = tools.escalateAfterMs === undefined ? 'none' : 'due-later'
  }

  async run(): Promise<StopAndWaitResult<R>> {
    const { rules, settings, escalateAfterMs = Number.POSITIVE_INFINITY } = this.tools
    const first = await this.#send(this.#mode, Math.min(settings.deadlineMs, escalateAfterMs))
    if (first !== undefined && first.outcome !== 'accepted') return this.#result(first.outcome)
    let ending: Outcome | undefined
    const how = await this.#guard(() =>
      follow({
        ...settings,
        atOnce: false,
        bounds: settings.poll ?? rules.poll,
        elapsedMs: this.tools.elapsedMs,
        read: this.tools.read,
        sent: this.tools.sent,
        onFailed: (error) => this.#blindness.failed(error),
        alarmMs: () => (this.#escalation === 'due-later' ? escalateAfterMs : undefined),
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

  /** What a state means: an outcome when it is an end, else what is to be done about it. */
  async #look(seen: Seen): Promise<Outcome | undefined> {
    const { rules, elapsedMs } = this.tools
    await this.#note(seen)
    // A record that has not appeared yet looks like one that is gone.
    const tooEarly = seen.phase === 'gone' && !this.#existed && elapsedMs() < rules.appearsWithinMs
    // Somebody answered a stop of it, or it was seen to go on, here or before the stop.
    const isAlive = this.#accepted !== undefined || this.#wasAlive || this.tools.existed()
    if (!isEnded(seen.phase) && seen.phase !== 'unknown') this.#wasAlive = true
    if (seen.phase !== 'gone' && seen.phase !== 'unknown') this.#wasSeen = true
    if (seen.phase === 'gone' && !this.#existed && !tooEarly && this.#provesNothing()) return this.#neverSeen(seen)
    if (!tooEarly && isEnded(seen.phase)) return isAlive ? this.#outcomeOf(seen) : this.#outcomeOfUnseen(seen)
    // Seen to be stopping, it need not be by a force that was sent after the first stop had been taken.
    if (seen.phase === 'stopping' && this.#mode === this.tools.mode) this.#doubt = undefined
    return (await this.#repeat(seen)) ?? (await this.#escalate(seen))
  }

  /** No stop was answered, or as any id's would have been: it does not say that the work ever was. */
  #provesNothing(): boolean {
    return this.#warnings.has('existence-unknown') || (this.#accepted === undefined && this.#doubt !== undefined)
  }

  /** There is no record, and nothing says that there ever was one. */
  #neverSeen(seen: Seen): Outcome {
    if (this.tools.ifMissing === 'accept') return 'gone'
    throw this.#error('not_found', 'the system has no record of the target', seen.answer.status, acceptHint)
  }

  /** No stop was answered, and it never was seen to go on: it may have ended long before anybody asked. */
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

  /** After a stop without an answer: sent again only if that is harmless, and only if the work is seen to go on. */
  async #repeat(seen: Seen): Promise<Outcome | undefined> {
    if (this.#doubt === undefined || seen.phase === 'unknown' || seen.phase === 'gone') return undefined
    if (!this.tools.rules.repeatable[this.#mode] || this.#repeats >= mostRepeats) return undefined
    // Not beyond the time to force: then that is what is sent.
    const { escalateAfterMs = Number.POSITIVE_INFINITY, elapsedMs } = this.tools
    const untilForceMs = this.#escalation === 'due-later' ? escalateAfterMs - elapsedMs() : Number.POSITIVE_INFINITY
    const timeoutMs = Math.min(this.#leftMs(), untilForceMs)
    if (timeoutMs <= 0) return undefined
    this.#repeats += 1
    return this.#sendLater(this.#mode, timeoutMs)
  }

  /** Forces the work, once, when the time has come and the system allows it. */
  async #escalate(seen: Seen): Promise<Outcome | undefined> {
    const { escalateAfterMs = Number.POSITIVE_INFINITY, elapsedMs, rules } = this.tools
    if (this.#escalation !== 'due-later' || elapsedMs() < escalateAfterMs || this.#leftMs() <= 0) return undefined
    if (rules.forceNeedsPermission && seen.canForce !== true) {
      this.#whyNotForced = `not forced: ${seen.neverForce ?? 'the system does not allow it yet'}`
      return undefined
    }
    this.#whyNotForced = undefined
    this.#escalation = 'done'
    this.#mode = 'force'
    return this.#sendLater('force', this.#leftMs())
  }

  /** Sends a stop while the work is followed: failures that pass, or that only mean "not now", do not end the wait. */
  async #sendLater(mode: Mode, timeoutMs: number): Promise<Outcome | undefined> {
    const sent = await this.#send(mode, timeoutMs).catch((error: StopError) => error)
    if (sent === undefined) return undefined
    if (isStopError(sent)) return this.#failedLater(mode, sent)
    if (sent.outcome === 'accepted') return undefined
    // It had ended before this stop, but not before the first: what it ended as decides, and a read tells it.
    if (sent.outcome === 'stopped') return 'stopped'
    return sent.phase === 'failed' || sent.phase === 'expired' ? undefined : this.#outcomeOf(sent)
  }

  #failedLater(mode: Mode, error: StopError): Outcome | undefined {
    // What was there before our stop, and is not there now, has been stopped, by whatever came first.
    if (error.code === 'not_found') {
      this.#state = { phase: 'gone' }
      return this.#outcomeOf({ phase: 'gone' })
    }
    if (mode === 'force' && this.tools.mode !== 'force') {
      if (error.code === 'failed_precondition') {
        this.#escalation = this.tools.rules.forceNeedsPermission ? 'due-later' : 'refused'
        this.#whyNotForced = `not forced: ${error.message}`
        this.#mode = this.tools.mode
        return undefined
      }
      // Nothing arrived, so the one force has not been spent.
      if (isPassing(error)) {
        this.#escalation = 'due-later'
        this.#mode = this.tools.mode
      }
    }
    if (isPassing(error)) return undefined
    throw this.#counted(error)
  }

  /** An error of one stop, with all that were sent. */
  #counted(error: StopError): StopError {
    return new StopError(error.code, error.message, { ...error, cause: error.cause, attempts: this.tools.sent() })
  }

  /** Sends one stop and writes it down. Undefined: no answer, and it may have arrived. */
  async #send(mode: Mode, timeoutMs: number): Promise<R | undefined> {
    const at = new Date().toISOString()
    const before = this.tools.sent()
    const sent = await this.tools.stop(mode, timeoutMs).catch((error: StopError) => error)
    const { httpStatus } = sent
    if (isStopError(sent)) {
      if (this.tools.sent() > before) {
        this.#steps.push({ at, mode, ...(httpStatus === undefined ? {} : { httpStatus }), phase: 'unknown' })
      }
      if (!sent.ambiguous || sent.code === 'aborted') throw sent
      this.#doubt = sent
      const sideEffects = this.tools.rules.sideEffects[mode] ?? []
      for (const warning of [...sideEffects, ...this.tools.looked()]) this.#warnings.set(warning.code, warning)
      return undefined
    }
    const { phase, native } = sent
    // One that joins sends nothing: what it has is a look.
    const isSent = this.tools.sent() > before || sent.outcome !== 'accepted'
    if (isSent) this.#warnings.delete(alreadyStopping.code)
    for (const warning of sent.warnings) this.#warnings.set(warning.code, warning)
    this.#steps.push({ at, ...(isSent ? { mode } : {}), httpStatus: sent.httpStatus, ...stateOf(phase, native) })
    // An order that was taken says nothing of the work; what was read before still holds.
    if (phase !== 'unknown') this.#state = stateOf(phase, native)
    this.#accepted = sent
    this.#doubt = undefined
    // DELETE of Restate takes any id, so its 202 proves nothing.
    if (!this.#warnings.has('existence-unknown')) this.#wasSeen = true
    return sent
  }

  #leftMs(): number {
    return this.tools.settings.deadlineMs - this.tools.elapsedMs()
  }

  async #note(seen: Seen): Promise<void> {
    this.#blindness.over()
    const changed = this.#seen?.phase !== seen.phase || this.#seen.native !== seen.native
    // The look of a stop that joined has told it already.
    const isTold = this.#seen === undefined && isSame(this.#state, seen) && seen.phase !== 'unknown'
    this.#seen = seen
    this.#state = stateOf(seen.phase, seen.native)
    if (!changed) return
    if (!isTold) this.#steps.push({ at: new Date().toISOString(), httpStatus: seen.answer.status, ...this.#state })
    await this.tools.onSeen(seen)
  }

  /** The time is up, or the caller has given up, and the work has not been seen to end. */
  #notEnded(how: Followed): Outcome {
    const taken = this.#accepted !== undefined || this.#seen?.phase === 'stopping'
    if (how === 'aborted') throw this.#error('aborted', 'the caller’s signal ended the wait')
    // Nobody knows whether the stop arrived: to say "accepted" would be a guess.
    if (!taken && this.#doubt !== undefined) throw this.#counted(this.#doubt)
    return 'accepted'
  }

  #error(code: StopErrorCode, what: string, httpStatus?: number, hint?: string): StopError {
    return new StopError(code, advised(`${this.tools.rules.name} stopAndWait: ${what}${this.#said()}`, hint), {
      system: this.tools.rules.name,
      kind: this.tools.rules.kind,
      operation: 'stopAndWait',
      attempts: this.tools.sent(),
      ambiguous: this.#accepted === undefined || this.#doubt !== undefined,
      ...(httpStatus === undefined ? {} : { httpStatus }),
      ...(this.#accepted === undefined ? {} : { receipt: this.#accepted }),
    })
  }

  #said(): string {
    if (this.#accepted !== undefined) return `; the stop had been accepted (HTTP ${this.#accepted.httpStatus})`
    const { httpStatus } = this.#doubt ?? {}
    if (httpStatus !== undefined) return `; the stop was answered with HTTP ${httpStatus}, and may have arrived`
    return '; no answer to the stop came, and it may have arrived'
  }

  /** An error of a later step still says what is known of the stop. */
  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      const { name: system, kind } = this.tools.rules
      const error = asStopError(thrown, { system, kind, called: 'stopAndWait' }, 'stopAndWait', {
        attempts: this.tools.sent(),
      })
      // One of our own says it already.
      const said = error.operation === 'stopAndWait' && isStopError(thrown) ? '' : this.#said()
      throw new StopError(error.code, `${error.message}${said}`, {
        ...error,
        cause: error.cause,
        // Without a receipt the first stop had no answer: it may have arrived, or was even seen to have.
        ambiguous: error.ambiguous || this.#doubt !== undefined || this.#accepted === undefined,
        ...(this.#accepted === undefined ? {} : { receipt: this.#accepted }),
      })
    }
  }

  /** Nothing is forced blindly: the work may have ended, or the system not allow it. */
  #notForced(): string | undefined {
    const { escalateAfterMs = Number.POSITIVE_INFINITY, elapsedMs } = this.tools
    const isDue = this.#escalation === 'due-later' && elapsedMs() >= escalateAfterMs
    if (this.#whyNotForced === undefined && isDue && this.#blindness.error !== undefined) {
      return 'not forced: the state could not be read'
    }
    return this.#whyNotForced
  }

  #result(outcome: Outcome): StopAndWaitResult<R> {
    const lost = this.#doubt !== undefined && outcome === 'accepted'
    if (lost) this.#warnings.set(earlierTryUnanswered.code, earlierTryUnanswered)
    const unanswered = lost ? `the last stop, by ${this.#mode}, got no answer and may have arrived` : undefined
    const reasons = {
      accepted: [this.#blindness.why, unanswered, this.#notForced(), this.#seen?.why ?? this.#accepted?.why],
      'ended-unexplained': [this.#seen?.why],
      'already-ended': [this.#accepted?.why],
    }
    const told: readonly (string | undefined)[] = outcome in reasons ? reasons[outcome as keyof typeof reasons] : []
    const why = told.filter(Boolean).join('; ')
    return {
      receipt: this.#accepted,
      mode: this.#mode,
      outcome,
      seen: this.#seen,
      state: this.#state,
      why: why === '' ? undefined : why,
      warnings: [...this.#warnings.values()],
      steps: this.#steps,
    }
  }
}

function isSame(one: Pick<Receipt, 'phase' | 'native'>, other: Pick<Seen, 'phase' | 'native'>): boolean {
  return one.phase === other.phase && one.native === other.native
}

function stateOf(phase: Phase, native: string | undefined): Pick<Receipt, 'phase' | 'native'> {
  return native === undefined ? { phase } : { phase, native }
}
