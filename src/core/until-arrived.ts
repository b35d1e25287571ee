import { backoffMs } from './backoff.js'
import type { Timing } from './clock.js'
import { isStopError, StopError } from './error.js'
import { isOutage } from './follow.js'
import type { RetrySettings } from './retry.js'

/** What sending until something arrives needs. All times are milliseconds. */
interface Sending<R> {
  readonly send: () => Promise<R>
  readonly retry: RetrySettings
  readonly clock: Timing
  readonly signal: AbortSignal | undefined
  readonly leftMs: () => number
}

/** Of the time left, what is kept for the last try, in milliseconds. */
const lastTryMs = 250

/**
 * Sends again, with growing pauses, while nothing arrives because the system is down or overloaded: until the deadline.
 * With `retry: false` it does not, nor where the system asks to come back after the deadline.
 */
export async function untilArrived<R>({ send, retry, clock, signal, leftMs }: Sending<R>): Promise<R> {
  /** The last error that tells of the system: that our own time was up says less. */
  let told: StopError | undefined
  const aborted = (error: StopError): StopError => {
    const what = `${error.message}; aborted by the caller’s signal before anything had arrived`
    return new StopError('aborted', what, { ...error, cause: error.cause })
  }
  for (let round = 0; ; round += 1) {
    const sent = await send().catch((thrown: unknown) => {
      if (!isStopError(thrown) || retry.attempts === 1) throw thrown
      if (thrown.code === 'aborted' && !thrown.ambiguous && told !== undefined) throw aborted(told)
      if (!isOutage(thrown)) throw thrown
      return thrown
    })
    if (!isStopError(sent)) return sent
    if (sent.code !== 'deadline_exceeded') told = sent
    const usableMs = leftMs() - lastTryMs
    const askedMs = sent.retryAfterMs ?? 0
    if (usableMs <= 0 || askedMs > usableMs) throw told ?? sent
    // The tries of the first round were the first steps of the back-off.
    const pauseMs = Math.max(askedMs, backoffMs(round + retry.attempts - 1, retry))
    const how = await clock.sleep(Math.min(pauseMs, usableMs), signal)
    if (how === 'aborted') throw aborted(told ?? sent)
  }
}
