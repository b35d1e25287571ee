import { type Answer, type Failure, isFailureInDisguise, isUndecided, type ReadFailure } from './answer.js'
import { startAttemptSignal } from './attempt-signal.js'
import type { StopErrorCode } from './error.js'
import { isStopError, StopError } from './error.js'
import { publish } from './events.js'
import { clockSkew, retryAfterMs } from './http-status.js'
import type { Identity } from './identity.js'
import { asStopError } from './identity.js'
import { isCertificateRefused } from './network.js'
import type { Operation } from './operation.js'
import type { CallSettings, Settings } from './options.js'
import type { Warning } from './receipt.js'
import { type FailedTry, mayTryAgain, noRetry, patient, pauseMs } from './retry.js'
import { printable } from './text.js'
import { exchange } from './transport.js'

/** What a typed client method is given for one request. */
export type RequestInitOfCall = {
  readonly fetch: (request: Request) => Promise<Response>
  readonly headers: Readonly<Record<string, string>>
}

/**
 * What openapi-fetch reads of its options, each said: what is not there it would take from `Object.prototype`, and
 * whoever puts something there must not change what a stop says.
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

/** What is counted and learnt over all the calls of one wait. */
export interface Tally {
  /** The requests that change something. */
  changes: number
  /** A stop saw the work go on before it sent anything. */
  existed?: boolean
  /** What the looks before a stop found to warn of, also when the stop then ended with an error. */
  looked?: readonly Warning[]
  /** When the first request was sent that changes something and was accepted or may have arrived, on the system's clock. */
  arrivedAt?: number
  /** How long a stop may take from the moment at which it may have arrived, in milliseconds: then force is due. */
  holdMs?: number | undefined
  /** The caller goes on trying until a deadline, so that a read before a stop may be tried again too. */
  readonly patient?: boolean
}

/** One call of the facade: its clock, its options, and how it sends. */
export class Call {
  readonly #startedAt: number
  readonly #sent = new Map<Operation, number>()
  readonly #tried = new Map<Operation, number>()
  /** Operations of which an earlier try may have arrived, although its answer was none. */
  readonly #doubtful = new Set<Operation>()

  constructor(
    readonly identity: Identity,
    readonly settings: Settings,
    readonly options: CallSettings,
    readonly readFailure: ReadFailure,
    readonly tally: Tally = { changes: 0 },
  ) {
    this.#startedAt = settings.clock.elapsed()
  }

  /** Milliseconds since the call began. */
  elapsedMs(): number {
    return this.settings.clock.elapsed() - this.#startedAt
  }

  /** Milliseconds until the call's total time is up, or the time that a stop which may have arrived is given; 0 then. */
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

  /** An operation was sent more than once, and an earlier time it may have done its work without our hearing of it. */
  isDoubtful(operation: Operation): boolean {
    return this.#doubtful.has(operation)
  }

  /**
   * Sends a request through the typed client until it is answered for good; `request` gets what the client method must
   * be given, and builds each try anew. What fails for a passing reason is tried again as retry.ts says. A token that
   * was kept and is not accepted (401: nothing was done) is fetched anew, once. Everything else that proves who asks is
   * the caller's, and is not tried twice: wrong signatures lock keys.
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
      if ((await this.settings.clock.sleep(waitMs, this.options.signal)) === 'aborted') {
        throw this.#error(operation, 'aborted', 'by the caller’s signal, between two tries')
      }
    }
  }

  #publishRetry(operation: Operation, { code, status }: Pick<FailedTry, 'code' | 'status'>, delayMs: number): void {
    publish('allstop:retry', this.settings.log, () => ({
      ...this.identity,
      operation: operation.id,
      attempt: this.#triesOf(operation),
      code,
      ...(status === undefined ? {} : { httpStatus: status }),
      delayMs,
    }))
  }

  /** A failed answer, as far as trying again goes; undefined for a success. */
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

  /** How long to wait before the next try; undefined when there is none. */
  #pauseBeforeNext(operation: Operation, tried: number, failed: FailedTry): number | undefined {
    const { retry } = this.options
    if (tried >= retry.attempts || !mayTryAgain(operation, failed)) return undefined
    const waitMs = pauseMs(tried, failed, retry)
    return waitMs < this.remainingMs() ? waitMs : undefined
  }

  /** The last try's error speaks for all: it counts them, and what was ambiguous once stays so. */
  #ofAllTries(operation: Operation, error: StopError): StopError {
    const ambiguous = error.ambiguous || this.isDoubtful(operation)
    const attempts = this.attemptsOf(operation)
    return new StopError(error.code, error.message, { ...error, cause: error.cause, attempts, ambiguous })
  }

  /** One try. It throws nothing but a StopError. */
  async #sendOnce<D>(
    operation: Operation,
    request: (init: RequestInitOfCall) => Promise<ClientResult<D>>,
  ): Promise<Answer<D>> {
    const timeoutMs = this.tryMs(operation)
    if (timeoutMs <= 0) {
      throw this.#error(operation, 'deadline_exceeded', `no time left of ${this.options.timeoutMs} ms`)
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
            identity: this.identity,
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
        const hint = 'a success whose body is an error'
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

  /** A call of its own with the system's own times, for work that several calls share until `signal` fires. */
  detached(signal: AbortSignal): Call {
    const { timeoutMs, attemptTimeoutMs, retry } = this.settings
    const options = { ...this.options, signal, timeoutMs, attemptTimeoutMs, retry }
    return new Call(this.identity, this.settings, options, this.readFailure)
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
    return new Call(this.identity, this.settings, options, this.readFailure, this.tally)
  }

  /**
   * Waits for something that several calls share, but no longer than this call's own time and signal allow.
   * `mayHaveArrived` says whether what is shared has changed something by then.
   */
  async wait<T>(operation: Operation, shared: Promise<T>, mayHaveArrived: () => boolean = () => false): Promise<T> {
    const waiting = startAttemptSignal(this.remainingMs(), [this.options.signal])
    try {
      return await waiting.race(shared)
    } catch (thrown) {
      const ambiguous = mayHaveArrived()
      if (waiting.ended() === 'aborted')
        throw this.#error(operation, 'aborted', 'by the caller’s signal', { ambiguous })
      if (waiting.ended() === 'timeout') {
        throw this.#error(operation, 'deadline_exceeded', 'no time left', { ambiguous })
      }
      throw thrown
    } finally {
      waiting.close()
    }
  }

  /** A failed answer as an error, with the meaning that the system's errors.ts reads in it, or with a better one. */
  failure(operation: Operation, answer: Answer<unknown>, better: Partial<Failure> = {}): StopError {
    const failure = { ...this.readFailure(answer), ...better }
    const words = [failure.providerCode, failure.providerMessage].filter((word) => word !== undefined).join(': ')
    const skew = failure.code === 'unauthenticated' ? clockSkew(answer.headers, this.settings.clock.now()) : undefined
    const what = [`HTTP ${answer.status}`, printable(words), failure.hint, skew].filter(Boolean).join(', ')
    return this.#error(operation, failure.code, what, {
      httpStatus: answer.status,
      ambiguous: (operation.effect !== 'none' && isUndecided(answer)) || this.isDoubtful(operation),
      ...optional('providerCode', failure.providerCode),
      ...optional('providerMessage', failure.providerMessage),
      ...optional('requestId', failure.requestId),
      ...optional('retryAfterMs', failure.retryAfterMs ?? retryAfterMs(answer.headers, this.settings.clock.now())),
    })
  }

  #error(operation: Operation, code: StopErrorCode, what: string, details: object = {}): StopError {
    return new StopError(code, `${this.identity.system} ${operation.id}: ${code.replaceAll('_', ' ')} (${what})`, {
      ...this.identity,
      operation: operation.id,
      attempts: this.attemptsOf(operation),
      ambiguous: this.isDoubtful(operation),
      ...details,
    })
  }
}

/** An error without an answer, as far as trying again goes; undefined for one that cannot pass. */
function readError(error: StopError): FailedTry | undefined {
  if (isCertificateRefused(error)) return undefined
  return { code: error.code, status: undefined, mayHaveArrived: error.ambiguous, retryAfterMs: error.retryAfterMs }
}

function optional<N extends string, V extends string | number>(name: N, value: V | undefined): { [K in N]?: V } {
  if (value === undefined) return {}
  const shown = typeof value === 'string' ? printable(value) : value
  return { [name]: shown } as { [K in N]?: V }
}
