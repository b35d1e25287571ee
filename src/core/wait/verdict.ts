import { acceptHint } from '../call/if-missing.js'
import type { Outcome } from '../words/outcome.js'
import { isEnded } from '../words/phase.js'
import type { Receipt } from '../words/receipt.js'
import type { Seen } from '../words/state.js'
import { earlierTryUnanswered } from '../words/warning.js'
import type { Evidence } from './evidence.js'
import type { Followed } from './follow.js'
import type { StopAndWaitTools } from './tools.js'
import type { WaitErrors } from './wait-errors.js'

/** The outcome of `stopAndWait`, as far as the evidence proves it. */
export class Verdict<R extends Receipt> {
  constructor(
    readonly tools: StopAndWaitTools<R>,
    readonly evidence: Evidence<R>,
    readonly errors: WaitErrors<R>,
  ) {}

  /** The outcome when a state was read; undefined while the work has not ended. */
  ofRead(seen: Seen): Outcome | undefined {
    const { rules, elapsedMs } = this.tools
    const { existed, isUnproven, wasAlive } = this.evidence
    // A record that has not appeared yet looks like a record that is gone.
    if (seen.phase === 'gone' && !existed && elapsedMs() < rules.appearsWithinMs) return undefined
    if (seen.phase === 'gone' && isUnproven) return this.#ofNothing(seen)
    if (!isEnded(seen.phase)) return undefined
    return wasAlive ? this.ofEnd(seen) : this.#ofUnseenEnd(seen)
  }

  /** The outcome when work that was asked to stop is in this state; undefined while it has not ended. */
  ofEnd({ phase, unexplained }: Pick<Seen, 'phase' | 'unexplained'>): Outcome | undefined {
    if (unexplained === true) return 'ended-unexplained'
    if (phase === 'stopped') return 'stopped'
    if (phase === 'gone') return this.tools.rules.goneIsStopped && this.evidence.existed ? 'stopped' : 'gone'
    return isEnded(phase) ? 'ended-anyway' : undefined
  }

  /** The outcome when the deadline has passed or the caller's signal fired, and no end was read. */
  ofNoEnd(how: Followed): Outcome {
    const { receipt, doubt, story } = this.evidence
    if (how === 'aborted') throw this.errors.ofWait('aborted', "the caller's signal ended the wait")
    // It is not known whether the stop arrived, so `accepted` would be a guess.
    const isTaken = receipt !== undefined || story.seen?.phase === 'stopping'
    if (!isTaken && doubt !== undefined) throw this.errors.ofStop(doubt)
    return 'accepted'
  }

  /** There is no record, and nothing proves that one ever existed. */
  #ofNothing(seen: Seen): Outcome {
    if (this.tools.ifMissing === 'accept') return 'gone'
    throw this.errors.ofWait('not_found', 'the system has no record of the target', seen.answer.status, acceptHint)
  }

  /** No stop was answered, and no read showed the work running. It may have ended long before the stop. */
  #ofUnseenEnd(seen: Seen): Outcome | undefined {
    this.evidence.warn([earlierTryUnanswered])
    return seen.phase === 'stopped' || seen.phase === 'gone' ? this.ofEnd(seen) : 'already-ended'
  }
}
