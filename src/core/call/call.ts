import { located } from '../http/place.js'
import { publish } from '../watch/events.js'
import type { Answer, Failure } from '../words/answer.js'
import { isStopError, StopError } from '../words/error.js'
import { type Caller, headOf, subjectOf } from '../words/identity.js'
import type { Operation, RequestOf, RequestParts } from '../words/operation.js'
import { attempt } from './attempt.js'
import type { CallBasis, CallParts } from './basis.js'
import { callError, failedTryOf, failedTryOfError, failureOf } from './failure.js'
import type { CallSettings, Settings } from './options.js'
import type { Progress } from './progress.js'
import { type FailedTry, mayTryAgain, noRetry, patient, pauseMs } from './retry.js'
import { type SharedWork, waitForShared } from './shared-wait.js'
import type { Tally } from './tally.js'
import { Tries } from './tries.js'

/** One call of the facade: its clock, its options, and how it sends. */
export class Call implements CallParts {
  readonly tries: Tries = new Tries()
  readonly #startedAt: number

  constructor(
    readonly identity: Caller,
    readonly basis: CallBasis,
    readonly options: CallSettings,
    readonly tally: Tally = { changes: 0 },
    readonly progress: Progress = { head: '' },
  ) {
    this.#startedAt = this.settings.clock.elapsed()
    progress.head = headOf(identity)
  }

  get settings(): Settings {
    return this.basis.settings
  }

  /** Milliseconds since the call began. */
  elapsedMs(): number {
    return this.settings.clock.elapsed() - this.#startedAt
  }

  /** Milliseconds until the total time of the call has passed, or the time of a stop that may have arrived; then 0. */
  remainingMs(): number {
    const { arrivedAt, holdMs } = this.tally
    const totalMs = this.options.timeoutMs - this.elapsedMs()
    if (arrivedAt === undefined || holdMs === undefined) return Math.max(0, totalMs)
    return Math.max(0, Math.min(totalMs, arrivedAt + holdMs - this.settings.clock.elapsed()))
  }

  /** How long one try of an operation may take, in milliseconds. */
  tryMs(operation: Operation): number {
    const holdMs = operation.effect === 'none' ? undefined : this.tally.holdMs
    return Math.min(this.options.attemptTimeoutMs, this.remainingMs(), holdMs ?? Number.POSITIVE_INFINITY)
  }

  /** An operation was sent more than once, and an earlier try without an answer may have taken effect. */
  isDoubtful(operation: Operation): boolean {
    return this.tries.of(operation).isDoubtful
  }

  /**
   * Sends a request through the typed client until it has a final answer. A function as `request` builds each try anew.
   * Temporary failures are retried as retry.ts says. A cached token that is refused (401: nothing was done) is replaced by
   * a new one, once. Other credentials are not tried twice, because wrong signatures lock keys.
   */
  async send<R extends RequestParts>(
    operation: RequestOf<R>,
    request: NoInfer<R> | (() => NoInfer<R>),
  ): Promise<Answer<unknown>> {
    let mayRenew = this.settings.credential?.refused !== undefined
    for (let tried = 1; ; tried += 1) {
      const result = await this.#try(operation, request).catch((thrown: StopError) => thrown)
      const isAnswer = !isStopError(result)
      if (isAnswer && result.status === 401 && mayRenew) {
        mayRenew = false
        tried -= 1
        this.#publishRetry(operation, { code: 'unauthenticated', status: 401 }, 0)
        continue
      }
      const failed = isAnswer ? failedTryOf(this.basis, operation, result) : failedTryOfError(result)
      const waitMs = failed === undefined ? undefined : this.#pauseBeforeNext(operation, tried, failed)
      if (failed === undefined || waitMs === undefined) {
        if (isAnswer) return result
        throw this.#ofAllTries(operation, result)
      }
      if (failed.mayHaveArrived) this.tries.of(operation).isDoubtful = true
      this.#publishRetry(operation, failed, waitMs)
      this.progress.failed = isAnswer ? this.failure(operation, result) : result
      if ((await this.settings.clock.sleep(waitMs, this.options.signal)) === 'aborted') {
        throw callError(this, operation, 'aborted', "aborted by the caller's signal, between two tries")
      }
    }
  }

  async #try<R extends RequestParts>(operation: Operation, request: R | (() => R)): Promise<Answer<unknown>> {
    this.progress.failed = undefined
    const timeoutMs = this.tryMs(operation)
    if (timeoutMs <= 0) {
      const what = `no time left of ${Math.round(this.options.timeoutMs)} ms`
      throw callError(this, operation, 'deadline_exceeded', located(what, 'after waiting for', this.progress.place))
    }
    return attempt(this, operation, typeof request === 'function' ? request() : request, timeoutMs)
  }

  #publishRetry(operation: Operation, { code, status }: Pick<FailedTry, 'code' | 'status'>, delayMs: number): void {
    publish('allstop:retry', this.settings.log, () => ({
      ...subjectOf(this.identity),
      operation: operation.id,
      attempt: this.tries.of(operation).tried,
      code,
      ...(status === undefined ? {} : { httpStatus: status }),
      delayMs,
    }))
  }

  /** The pause before the next try; undefined when there is no next try. */
  #pauseBeforeNext(operation: Operation, tried: number, failed: FailedTry): number | undefined {
    const { retry } = this.options
    if (tried >= retry.attempts || !mayTryAgain(operation, failed)) return undefined
    const waitMs = pauseMs(tried, failed, retry)
    return waitMs < this.remainingMs() ? waitMs : undefined
  }

  /** The error of the last try stands for all tries: it counts them, and is ambiguous if one of them was. */
  #ofAllTries(operation: Operation, error: StopError): StopError {
    const { sent, isDoubtful } = this.tries.of(operation)
    const ambiguous = error.ambiguous || isDoubtful
    return new StopError(error.code, error.message, { ...error, cause: error.cause, attempts: sent, ambiguous })
  }

  /**
   * A call of its own with the system's own times, for work that several calls share until `signal` fires; `progress` is
   * for those who wait.
   */
  detached(signal: AbortSignal, progress: Progress): Call {
    const { timeoutMs, attemptTimeoutMs, retry } = this.settings
    const options = { ...this.options, signal, timeoutMs, attemptTimeoutMs, retry }
    return new Call(this.identity, this.basis, options, undefined, progress)
  }

  /** A call for a question beside the matter, not for longer than this: asked once, or, by a patient caller, as often as time allows. */
  aside(timeoutMs: number): Call {
    const { retry } = this.options
    const isPatient = this.tally.patient === true && retry.attempts > 1
    const options = {
      ...this.options,
      timeoutMs: Math.min(timeoutMs, this.remainingMs()),
      retry: isPatient ? patient(retry) : noRetry,
    }
    return new Call(this.identity, this.basis, options, this.tally, this.progress)
  }

  /** Waits for something that several calls share, but no longer than this call's own time and signal allow. */
  wait<T>(operation: Operation, work: SharedWork<T>): Promise<T> {
    return waitForShared(this, operation, work, this.remainingMs())
  }

  /** A failed answer as an error, with the meaning that the system's errors.ts reads in it, or with a better one. */
  failure(operation: Operation, answer: Answer<unknown>, better: Partial<Failure> = {}): StopError {
    return failureOf(this, operation, answer, better)
  }

  /** Whether the answer says that the system has no record of the work itself. */
  isMissing(answer: Answer<unknown>): boolean {
    return this.missing(answer) === true
  }

  /** The same, with the answers that say so of work that is only hidden too. */
  missing(answer: Answer<unknown>): Failure['missing'] {
    return answer.ok ? false : this.basis.readFailure(answer).missing
  }
}
