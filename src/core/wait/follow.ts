import { backoffMs, type DelayBounds } from '../time/backoff.js'
import type { Timing } from '../time/clock.js'
import { isStopError, type StopError } from '../words/error.js'
import type { Seen } from '../words/state.js'
import { isPassing } from './passing.js'

/** The bounds of a wait. */
export interface WaitBounds {
  readonly deadlineMs: number
  /** The pauses between two reads. */
  readonly bounds: DelayBounds
  readonly signal: AbortSignal | undefined
  readonly clock: Timing
}

/** The input of following the work. All times are milliseconds. */
export interface Follow extends WaitBounds {
  /** Milliseconds since the call began. */
  readonly elapsedMs: () => number
  readonly read: (timeoutMs: number) => Promise<Seen>
  /** Called with every state that is read. Returns `true` when the wait is over for the caller. */
  readonly onSeen: (seen: Seen) => Promise<boolean>
  /** Called for each read that failed temporarily. */
  readonly onFailed: (error: StopError) => void
  /** Read at once, before the first pause. */
  readonly atOnce: boolean
  /** How many stops were sent. After each one the pauses start again from the shortest. */
  readonly sent: () => number
  /** A time at which to read even within a pause, such as the time to escalate; undefined when there is none. */
  readonly alarmMs: () => number | undefined
}

/** How following ended: the work has ended, the time is up, or the caller's signal fired. */
export type Followed = 'ended' | 'deadline' | 'aborted'

/** The part of the time left that is kept for the last read, while the duration of a read is not known. */
const leastReserveMs = 50

/** A time in which a healthy system under load may not answer, in milliseconds. */
const momentMs = 1_000

/**
 * Reads the state with growing pauses until the work has ended or the deadline has passed. A temporary failure of a read
 * does not end it; a permanent one is thrown. The last read gets the time that is left.
 */
export async function follow(plan: Follow): Promise<Followed> {
  const left = (): number => plan.deadlineMs - plan.elapsedMs()
  let askedToWaitMs = 0
  let readTookMs = 0
  let sent = plan.sent()
  for (let attempt = 0; ; attempt += 1) {
    if (plan.sent() !== sent) attempt = 0
    sent = plan.sent()
    const reserveMs = Math.max(leastReserveMs, 2 * readTookMs)
    // A time in the past is ignored: its action may still be impossible, and the pauses must not become zero.
    const untilAlarmMs = (plan.alarmMs() ?? 0) - plan.elapsedMs()
    const backoff = attempt === 0 && plan.atOnce ? 0 : backoffMs(attempt, plan.bounds)
    // The system asks for a pause that ends after the deadline.
    if (askedToWaitMs > left()) return 'deadline'
    const pauseMs = Math.max(untilAlarmMs > 0 ? Math.min(backoff, untilAlarmMs) : backoff, askedToWaitMs)
    const isLast = pauseMs >= left() - reserveMs
    const how = await plan.clock.sleep(Math.max(0, isLast ? left() - reserveMs : pauseMs), plan.signal)
    if (how === 'aborted') return 'aborted'
    if (left() <= 0) return 'deadline'
    askedToWaitMs = 0
    const began = plan.elapsedMs()
    const givenMs = left()
    const seen = await plan.read(givenMs).catch((thrown: unknown) => {
      if (plan.signal?.aborted) return 'aborted' as const
      if (!isStopError(thrown) || !isPassing(thrown)) throw thrown
      askedToWaitMs = thrown.retryAfterMs ?? 0
      // A last read that had only a moment says nothing about the system by its time-out.
      const isCut = givenMs <= momentMs && thrown.code === 'deadline_exceeded'
      if (!isCut) plan.onFailed(thrown)
      return undefined
    })
    readTookMs = plan.elapsedMs() - began
    if (seen === 'aborted') return seen
    if (seen !== undefined && (await plan.onSeen(seen))) return 'ended'
    if (plan.signal?.aborted) return 'aborted'
    // A slow read made the reserve long. If time is left after a faster one, the wait goes on.
    if (left() <= leastReserveMs) return 'deadline'
  }
}
