import { clockSkew, retryAfterMs } from '../http/http-status.js'
import { isCertificateRefused } from '../http/network.js'
import { asked, located, type Place } from '../http/place.js'
import { startAttemptSignal } from '../time/attempt-signal.js'
import { publish } from '../watch/events.js'
import { type Answer, type Failure, isFailureInDisguise, isUndecided, type ReadFailure } from '../words/answer.js'
import { isStopError, StopError } from '../words/error.js'
import type { StopErrorCode } from '../words/error-code.js'
import { asStopError, type Caller, headOf, subjectOf } from '../words/identity.js'
import type { Operation } from '../words/operation.js'
import { advised, printable } from '../words/text.js'
import type { CallSettings, Settings } from './options.js'
import { inNameOf, type Progress, stepOf } from './progress.js'
import { type FailedTry, mayTryAgain, noRetry, patient, pauseMs } from './retry.js'
import type { Tally } from './tally.js'
import { exchange } from './transport.js'

/** The options of a typed client method for one request. */
export type RequestInitOfCall = {
  readonly fetch: (request: Request) => Promise<Response>
  readonly headers: Readonly<Record<string, string>>
}

/**
 * All options that openapi-fetch reads, each one set. It would take an absent option from `Object.prototype`, and a value
 * that was put there must not change a stop.
 */
const ownOptions = {
  baseUrl: undefined,
  bodySerializer: undefined,
  middleware: [],
  parseAs: 'json',
  pathSerializer: undefined,
  querySerializer: undefined,
  Request: undefined,
} as const satisfies Record<string, unknown> as object

/** What openapi-fetch resolves to, whatever the operation. */
interface ClientResult<D> {
  readonly data?: D
  readonly error?: unknown
  readonly response: Response
}

/** One call of the facade: its clock, its options, and how it sends. */
export class Call {
  readonly #startedAt: number
  readonly #sent = new Map<Operation, number>()
  readonly #tried = new Map<Operation, number>()
  /** The last request of each operation. */
  readonly #asked = new Map<Operation, Place>()
  /** Operations with an earlier try that got no answer and may have arrived. */
  readonly #doubtful = new Set<Operation>()

  constructor(
    readonly identity: Caller,
    readonly settings: Settings,
    readonly options: CallSettings,
    readonly readFailure: ReadFailure,
    readonly tally: Tally = { changes: 0 },
    readonly progress: Progress = { head: '' },
  ) {
    this.#startedAt = settings.clock.elapsed()
    progress.head = headOf(identity)
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

  /** How many times an operation was sent in this call. */
  attemptsOf(operation: Operation): number {
    return this.#sent.get(operation) ?? 0
  }

  /** How many times an operation was tried, also when its credential failed and nothing was sent. */
  #triesOf(operation: Operation): number {
    return this.#tried.get(operation) ?? 0
  }

  /** An operation was sent more than once, and an earlier try without an answer may have taken effect. */
  isDoubtful(operation: Operation): boolean {
    return this.#doubtful.has(operation)
  }

  /**
   * Sends a request through the typed client until it has a final answer. `request` gets the options of the client method
   * and builds each try anew. Temporary failures are retried as retry.ts says. A cached token that is refused (401: nothing
   * was done) is replaced by a new one, once. Other credentials are not tried twice, because wrong signatures lock keys.
   */
  async send<D>(
    operation: Operation,
    request: (init: RequestInitOfCall) => Promise<ClientResult<D>>,
  ): Promise<Answer<D>> {
    let mayRenew = this.settings.credential?.refused !== undefined
    for (let tried = 1; ; tried += 1) {
      const result = await this.#sendOnce(operation, request).catch((thrown: StopError) => thrown)
      const isAnswer = !isStopError(result)
      if (isAnswer && result.status === 401 && mayRenew) {
        mayRenew = false
        tried -= 1
        this.#publishRetry(operation, { code: 'unauthenticated', status: 401 }, 0)
        continue
      }
      const failed = isAnswer ? this.#readAnswer(operation, result) : readError(result)
      const waitMs = failed === undefined ? undefined : this.#pauseBeforeNext(operation, tried, failed)
      if (failed === undefined || waitMs === undefined) {
        if (isAnswer) return result
        throw this.#ofAllTries(operation, result)
      }
      if (failed.mayHaveArrived) this.#doubtful.add(operation)
      this.#publishRetry(operation, failed, waitMs)
      this.progress.failed = isAnswer ? this.failure(operation, result) : result
      if ((await this.settings.clock.sleep(waitMs, this.options.signal)) === 'aborted') {
        throw this.#error(operation, 'aborted', "aborted by the caller's signal, between two tries")
      }
    }
  }

  #publishRetry(operation: Operation, { code, status }: Pick<FailedTry, 'code' | 'status'>, delayMs: number): void {
    publish('allstop:retry', this.settings.log, () => ({
      ...subjectOf(this.identity),
      operation: operation.id,
      attempt: this.#triesOf(operation),
      code,
      ...(status === undefined ? {} : { httpStatus: status }),
      delayMs,
    }))
  }

  /** What a failed answer means for a retry; undefined for a success. */
  #readAnswer(operation: Operation, answer: Answer<unknown>): FailedTry | undefined {
    if (answer.ok) return undefined
    const { code, retryAfterMs: asked = retryAfterMs(answer.headers, this.settings.clock.now()) } =
      this.readFailure(answer)
    return {
      code,
      status: answer.status,
      mayHaveArrived: operation.effect !== 'none' && isUndecided(answer),
      retryAfterMs: asked,
    }
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
    const ambiguous = error.ambiguous || this.isDoubtful(operation)
    const attempts = this.attemptsOf(operation)
    return new StopError(error.code, error.message, { ...error, cause: error.cause, attempts, ambiguous })
  }

  /** One try. It throws only StopErrors. */
  async #sendOnce<D>(
    operation: Operation,
    request: (init: RequestInitOfCall) => Promise<ClientResult<D>>,
  ): Promise<Answer<D>> {
    this.progress.failed = undefined
    const timeoutMs = this.tryMs(operation)
    if (timeoutMs <= 0) {
      const what = `no time left of ${Math.round(this.options.timeoutMs)} ms`
      const after = located(what, 'after waiting for', this.progress.place)
      throw this.#error(operation, 'deadline_exceeded', after)
    }
    const attempts = this.attemptsOf(operation) + 1
    const nth = this.#triesOf(operation) + 1
    this.#tried.set(operation, nth)
    let proof: Readonly<Record<string, string>> = {}
    let sentAt: number | undefined
    const arrived = (may: boolean): void => {
      if (may && sentAt !== undefined && operation.effect !== 'none') this.tally.arrivedAt ??= sentAt
    }
    try {
      const { data, error, response } = await request({
        ...ownOptions,
        headers: this.options.headers,
        fetch: (built) =>
          exchange(built, this.settings, {
            caller: this.identity,
            entered: (place) => {
              this.progress.place = place
              this.#asked.set(operation, place)
            },
            operation: operation.id,
            changes: operation.effect !== 'none',
            attempts,
            nth,
            timeoutMs,
            proved: (headers) => {
              proof = headers
            },
            signal: this.options.signal,
            fetch: (url, sent) => {
              this.#sent.set(operation, attempts)
              sentAt = this.settings.clock.elapsed()
              if (operation.effect !== 'none') this.tally.changes += 1
              return this.options.fetch(url, sent)
            },
          }),
      })
      const { status, ok, headers } = response
      const answer: Answer<D> = { status, ok, headers, data, error: error || undefined }
      if (ok && isFailureInDisguise(this.readFailure({ ...answer, error: data }), data)) {
        const hint = 'the status is a success, but the body is an error'
        throw this.failure(operation, { ...answer, error: data }, { code: 'protocol', hint })
      }
      // Some say it with another status than 401, which the transport has told already.
      if (!ok && status !== 401 && this.readFailure(answer).code === 'unauthenticated') {
        this.settings.credential?.refused?.(proof)
      }
      arrived(isUndecided(answer))
      return answer
    } catch (thrown) {
      const attempts = this.attemptsOf(operation)
      const ambiguous = attempts > 0 && operation.effect !== 'none'
      const error = asStopError(thrown, this.identity, operation.id, { attempts, ambiguous })
      arrived(error.ambiguous)
      throw error
    }
  }

  /**
   * A call of its own with the system's own times, for work that several calls share until `signal` fires; `progress` is
   * for those who wait.
   */
  detached(signal: AbortSignal, progress: Progress): Call {
    const { timeoutMs, attemptTimeoutMs, retry } = this.settings
    const options = { ...this.options, signal, timeoutMs, attemptTimeoutMs, retry }
    return new Call(this.identity, this.settings, options, this.readFailure, undefined, progress)
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
    return new Call(this.identity, this.settings, options, this.readFailure, this.tally, this.progress)
  }

  /**
   * Waits for something that several calls share, but no longer than this call's own time and signal allow; `progress` is
   * of the call that does it. `mayHaveArrived` says whether what is shared has changed something by then.
   */
  async wait<T>(
    operation: Operation,
    shared: Promise<T>,
    progress: Progress,
    mayHaveArrived: () => boolean = () => false,
  ): Promise<T> {
    this.progress.shared = progress
    const waiting = startAttemptSignal(this.remainingMs(), [this.options.signal])
    try {
      return await waiting.race(shared)
    } catch (thrown) {
      const ambiguous = mayHaveArrived()
      const place = stepOf(progress)
      if (waiting.ended() === 'aborted') {
        const what = asked("aborted by the caller's signal", place)
        throw this.#error(operation, 'aborted', what, { ambiguous })
      }
      if (waiting.ended() === 'timeout' && progress.failed !== undefined) {
        throw inNameOf(this.identity, progress.failed, progress)
      }
      if (waiting.ended() === 'timeout') {
        const what = located(`no answer within ${Math.round(this.options.timeoutMs)} ms`, 'from', place)
        throw this.#error(operation, 'deadline_exceeded', what, { ambiguous })
      }
      throw inNameOf(this.identity, asStopError(thrown, this.identity, operation.id), progress)
    } finally {
      this.progress.place = stepOf(progress)
      this.progress.shared = undefined
      waiting.close()
    }
  }

  /** A failed answer as an error, with the meaning that the system's errors.ts reads in it, or with a better one. */
  failure(operation: Operation, answer: Answer<unknown>, better: Partial<Failure> = {}): StopError {
    const failure = { ...this.readFailure(answer), ...better }
    const words = [failure.providerCode, failure.providerMessage].filter((word) => word !== undefined).join(': ')
    const skew = failure.code === 'unauthenticated' ? clockSkew(answer.headers, this.settings.clock.now()) : undefined
    const noAuth = answer.status === 401 && this.settings.credential === undefined ? 'no `auth` was given' : undefined
    const said = [`HTTP ${answer.status}`, printable(words)].filter(Boolean).join(', ')
    const what = asked(`${failure.code.replaceAll('_', ' ')} (${said})`, this.#asked.get(operation))
    return this.#error(operation, failure.code, advised(what, failure.hint, noAuth, skew), {
      httpStatus: answer.status,
      ambiguous: (operation.effect !== 'none' && isUndecided(answer)) || this.isDoubtful(operation),
      ...optional('providerCode', failure.providerCode),
      ...optional('providerMessage', failure.providerMessage),
      ...optional('requestId', failure.requestId),
      ...optional('retryAfterMs', failure.retryAfterMs ?? retryAfterMs(answer.headers, this.settings.clock.now())),
    })
  }

  #error(operation: Operation, code: StopErrorCode, what: string, details: object = {}): StopError {
    const { system, kind } = this.identity
    return new StopError(code, `${headOf(this.identity)}${what}`, {
      ...{ system, kind },
      operation: operation.id,
      attempts: this.attemptsOf(operation),
      ambiguous: this.isDoubtful(operation),
      ...details,
    })
  }
}

/** What an error without an answer means for a retry; undefined for a permanent error. */
function readError(error: StopError): FailedTry | undefined {
  if (isCertificateRefused(error)) return undefined
  return { code: error.code, status: undefined, mayHaveArrived: error.ambiguous, retryAfterMs: error.retryAfterMs }
}

function optional<N extends string, V extends string | number>(name: N, value: V | undefined): { [K in N]?: V } {
  if (value === undefined) return {}
  const shown = typeof value === 'string' ? printable(value) : value
  return { [name]: shown } as { [K in N]?: V }
}
