import { refuse } from '../words/refusal.js'
import { onAbort } from './on-abort.js'
import { sleep } from './sleep.js'

/**
 * The clock of a system, for tests and simulations. Vitest's fake timers work without it. Those of `node:test` do not
 * fake `performance.now()`. They need
 * `{ now: () => Date.now(), sleep: (ms) => new Promise((done) => setTimeout(done, ms)) }`.
 */
export interface Clock {
  /** The time in milliseconds since 1970. It must not go backwards, because deadlines and durations are computed from it. */
  now(): number
  /**
   * Settles after `ms` milliseconds. It is used for the pauses between tries and between reads. `signal` fires when the
   * pause is no longer needed; after that the result is ignored. The time-outs of requests use the runtime's timers.
   */
  sleep(ms: number, signal: AbortSignal): PromiseLike<unknown>
}

/** The clock of a system, after the checks. */
export interface Timing {
  /** Milliseconds on a monotonic clock, for durations. */
  elapsed(): number
  /** Milliseconds since 1970. */
  now(): number
  /** Pauses. Returns whether the time has passed or the signal ended the pause. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<'slept' | 'aborted'>
}

/** The clock of the runtime. The globals are looked up at each call, so that fake timers work. */
const runtimeClock: Timing = { elapsed: () => performance.now(), now: () => Date.now(), sleep }

/** The current time in ISO 8601. */
export function isoTime({ now }: Pick<Timing, 'now'>): string {
  return new Date(now()).toISOString()
}

/** The latest time that a Date can hold, in milliseconds since 1970 (ECMA-262, "Time Values and Time Range"). */
const lastTimeMs = 8.64e15

/** Checks the option `clock`. */
export function checkClock(value: unknown): Timing {
  if (value === undefined) return runtimeClock
  const isClock =
    typeof value === 'object' &&
    value !== null &&
    ['now', 'sleep'].every((name) => typeof Reflect.get(value, name) === 'function')
  if (!isClock) refuse('clock', 'must have the functions now and sleep')
  const clock = value as Clock
  let latest = timeOf(clock) ?? refuse('clock.now', 'must return milliseconds since 1970 as a number')
  // After a stop was sent, a clock that fails must not become the error of the call: it stands still instead.
  const now = (): number => {
    latest = Math.max(latest, timeOf(clock) ?? latest)
    return latest
  }
  return { now, elapsed: now, sleep: (ms, signal) => pause(clock, now, ms, signal) }
}

/** What a clock says; undefined when that is no time. */
function timeOf(clock: Clock): number | undefined {
  try {
    const time: unknown = clock.now()
    return typeof time === 'number' && Math.abs(time) <= lastTimeMs ? time : undefined
  } catch {
    return undefined
  }
}

/** A pause on a caller's clock. The caller's signal ends it, even if the clock ignores the signal. */
async function pause(
  clock: Clock,
  now: () => number,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<'slept' | 'aborted'> {
  if (signal?.aborted) return 'aborted'
  const began = now()
  const over = new AbortController()
  const aborted = new Promise<'aborted'>((resolve) => {
    const forget = signal === undefined ? undefined : onAbort(signal, () => resolve('aborted'))
    over.signal.addEventListener('abort', () => forget?.())
  })
  const slept = Promise.resolve()
    .then(() => clock.sleep(ms, over.signal))
    .then(
      () => 'slept' as const,
      () => refuse('clock.sleep', 'must not throw or reject'),
    )
  // A rejection after the signal is ignored.
  slept.catch(() => {})
  try {
    const how = await Promise.race([aborted, slept])
    // On a clock that stands still, a wait has no end. Timers and signals of the process must get their turn all the same.
    if (now() === began) await nextTurn()
    return how
  } finally {
    over.abort()
  }
}

/** Waits for a turn of the event loop, without a timer: tests may have replaced those. */
function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
