import type { RetrySettings } from '../call/retry.js'
import { backoffMs } from '../time/backoff.js'
import type { Timing } from '../time/clock.js'
import { isStopError, StopError } from '../words/error.js'
import { isOutage } from './passing.js'

/** The input of {@link untilArrived}. All times are milliseconds. */
interface Sending<R> {
  readonly send: () => Promise<R>
  readonly retry: RetrySettings
  readonly clock: Timing
  readonly signal: AbortSignal | undefined
  readonly leftMs: () => number
}

/** The part of the time left that is kept for the last try, in milliseconds. */
const lastTryMs = 250

/**
 * Retries until the deadline, with growing pauses, while nothing arrives because the system is down or overloaded. It does
 * not retry with `retry: false`, or when the system asks for a pause beyond the deadline.
 */
export async function untilArrived<R>({ send, retry, clock, signal, leftMs }: Sending<R>): Promise<R> {
  /** The last error about the system. A time-out of our own says less, so it does not replace this error. */
  let told: StopError | undefined
  let attempts = 0
  const aborted = (error: StopError): StopError => {
    const what = `${error.message}; aborted by the caller's signal before anything had arrived`
    return new StopError('aborted', what, { ...error, cause: error.cause, attempts })
  }
  const ofAll = (error: StopError): StopError =>
    new StopError(error.code, error.message, { ...error, cause: error.cause, attempts })
  for (let round = 0; ; round += 1) {
    const sent = await send().catch((thrown: unknown) => {
      if (!isStopError(thrown) || retry.attempts === 1) throw thrown
      if (thrown.code === 'aborted' && !thrown.ambiguous && told !== undefined) throw aborted(told)
      if (!isOutage(thrown)) throw thrown
      return thrown
    })
    if (!isStopError(sent)) return sent
    attempts += sent.attempts
    if (sent.code !== 'deadline_exceeded') told = sent
    const usableMs = leftMs() - lastTryMs
    const askedMs = sent.retryAfterMs ?? 0
    if (usableMs <= 0 || askedMs > usableMs) throw ofAll(told ?? sent)
    // The back-off continues after the tries of the first round.
    const pauseMs = Math.max(askedMs, backoffMs(round + retry.attempts - 1, retry))
    const how = await clock.sleep(Math.min(pauseMs, usableMs), signal)
    if (how === 'aborted') throw aborted(told ?? sent)
  }
}
