import { onAbort } from './on-abort.js'
import { refuse } from './refusal.js'
import { sleep } from './sleep.js'

/**
 * Where a system takes its time from, for tests and simulations. Vitest's fake timers work without one; those of
 * `node:test` do not fake `performance.now()`, so that they need `{ now: Date.now, sleep: (ms) => setTimeout(ms) }` of
 * `node:timers/promises`.
 */
export interface Clock {
  /** The time in milliseconds since 1970. It must not go backwards: deadlines and durations are differences of it. */
  now(): number
  /**
   * Settles when so many milliseconds have passed: the pauses between tries and reads. `signal` fires when the pause is
   * no longer needed; how it settles then does not matter. The time-outs of requests use the runtime's own timers.
   */
  sleep(ms: number, signal: AbortSignal): PromiseLike<unknown>
}

/** The clock of a system, after the checks. */
export interface Timing {
  /** Milliseconds on a clock that is never set: for durations. */
  elapsed(): number
  /** Milliseconds since 1970. */
  now(): number
  /** Pauses; says whether the time has passed or the signal ended it. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<'slept' | 'aborted'>
}

/** The clock of the runtime, read anew each time, so that fake timers reach it. */
const runtimeClock: Timing = { elapsed: () => performance.now(), now: () => Date.now(), sleep }

/** A moment in ISO 8601. */
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
  const now = (): number => {
    const time: unknown = clock.now()
    if (typeof time !== 'number' || !(Math.abs(time) <= lastTimeMs)) {
      refuse('clock.now', 'must return milliseconds since 1970 as a number')
    }
    return time
  }
  now()
  return { now, elapsed: now, sleep: (ms, signal) => pause(clock, ms, signal) }
}

/** A pause on a caller's clock, which the caller's signal ends, whatever the clock does then. */
async function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<'slept' | 'aborted'> {
  if (signal?.aborted) return 'aborted'
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
  // After the signal it may reject as it likes.
  slept.catch(() => {})
  try {
    return await Promise.race([aborted, slept])
  } finally {
    over.abort()
  }
}
