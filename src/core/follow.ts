import { backoffMs, type DelayBounds } from './backoff.js'
import { isoTime, type Timing } from './clock.js'
import { isStopError, type StopError } from './error.js'
import { isWrongAddress } from './network.js'
import type { Seen } from './state.js'

/** The bounds of a wait. */
export interface WaitBounds {
  readonly deadlineMs: number
  /** The pauses between two reads. */
  readonly bounds: DelayBounds
  readonly signal: AbortSignal | undefined
  readonly clock: Timing
}

/** What following a piece of work needs. All times are milliseconds. */
export interface Follow extends WaitBounds {
  /** Milliseconds since the call began. */
  readonly elapsedMs: () => number
  readonly read: (timeoutMs: number) => Promise<Seen>
  /** Told of every state that is read; says `true` when the work has ended as far as the caller is concerned. */
  readonly onSeen: (seen: Seen) => Promise<boolean>
  /** Told of each look that failed, for a reason that may pass. */
  readonly onFailed: (error: StopError) => void
  /** Look at once, before the first pause. */
  readonly atOnce: boolean
  /** How often something was sent that may end the work: after each time the pauses begin anew. */
  readonly sent: () => number
  /** A moment at which to look, whatever the pause, such as the time to escalate; undefined when there is none. */
  readonly alarmMs: () => number | undefined
}

/** How following ended: the work has ended, the time is up, or the caller's signal fired. */
export type Followed = 'ended' | 'deadline' | 'aborted'

/** Of the time left, what is kept for the last look when nothing is known of how long a look takes. */
const leastReserveMs = 50

/**
 * Reads again and again with growing pauses until the work has ended or the time is up. A read that fails for a
 * passing reason does not end it; one that cannot succeed is thrown. The last read is fitted into what is left.
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
    // One that has passed was heard, and what it was for may still be impossible: it must not make the pauses vanish.
    const untilAlarmMs = (plan.alarmMs() ?? 0) - plan.elapsedMs()
    const backoff = attempt === 0 && plan.atOnce ? 0 : backoffMs(attempt, plan.bounds)
    // The system said when to come back, and that is too late.
    if (askedToWaitMs > left()) return 'deadline'
    const pauseMs = Math.max(untilAlarmMs > 0 ? Math.min(backoff, untilAlarmMs) : backoff, askedToWaitMs)
    const isLast = pauseMs >= left() - reserveMs
    const how = await plan.clock.sleep(Math.max(0, isLast ? left() - reserveMs : pauseMs), plan.signal)
    if (how === 'aborted') return 'aborted'
    if (left() <= 0) return 'deadline'
    askedToWaitMs = 0
    const began = plan.elapsedMs()
    const seen = await plan.read(left()).catch((thrown: unknown) => {
      if (plan.signal?.aborted) return 'aborted' as const
      if (!isStopError(thrown) || !isPassing(thrown)) throw thrown
      askedToWaitMs = thrown.retryAfterMs ?? 0
      // The last look has only what is left: that it was too little says nothing of the system.
      if (!isLast || thrown.code !== 'deadline_exceeded') plan.onFailed(thrown)
      return undefined
    })
    readTookMs = plan.elapsedMs() - began
    if (seen === 'aborted') return seen
    if (seen !== undefined && (await plan.onSeen(seen))) return 'ended'
    if (plan.signal?.aborted) return 'aborted'
    if (isLast || left() <= 0) return 'deadline'
  }
}

/** Since when the looks of a wait have failed, and with what. */
export class Blindness {
  #since: string | undefined
  #error: StopError | undefined

  constructor(readonly clock: Timing) {}

  /** A look has failed. */
  failed(error: StopError): void {
    this.#since ??= isoTime(this.clock)
    this.#error = error
  }

  /** A look has succeeded. */
  over(): void {
    this.#since = undefined
    this.#error = undefined
  }

  /** Why the state that is known may be an old one; undefined when the last look succeeded. */
  get why(): string | undefined {
    return this.#error === undefined ? undefined : `not read since ${this.#since}: ${this.#error.message}`
  }

  /** The error of the last look. */
  get error(): StopError | undefined {
    return this.#error
  }
}

/**
 * Whether an error says that nothing has arrived, for a reason that may pass: a system that is down or overloaded. A
 * host that does not exist and a certificate that is not accepted do not pass by themselves.
 */
export function isOutage(error: StopError): boolean {
  const passes = ['unavailable', 'rate_limited', 'deadline_exceeded'].includes(error.code)
  return passes && !error.ambiguous && !isWrongAddress(error)
}

/** Whether a failed request may succeed later without anybody doing anything. */
export function isPassing({ code, httpStatus = 0 }: StopError): boolean {
  switch (code) {
    case 'unavailable':
    case 'deadline_exceeded':
    case 'rate_limited':
    // A proxy's page for a moment; if it stays, the deadline ends it.
    case 'protocol':
      return true
    default:
      return code === 'unknown' && httpStatus >= 500
  }
}
