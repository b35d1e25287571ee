import type { Mode } from '../words/mode.js'
import type { Outcome } from '../words/outcome.js'
import type { Receipt, Step } from '../words/receipt.js'
import type { Seen } from '../words/state.js'
import { copied, earlierTryUnanswered, type Warning } from '../words/warning.js'
import { Evidence } from './evidence.js'
import { follow } from './follow.js'
import { Stops } from './stops.js'
import type { StopAndWaitTools } from './tools.js'
import { Verdict } from './verdict.js'
import { WaitErrors } from './wait-errors.js'

/** The result. */
export interface StopAndWaitResult<R extends Receipt> {
  /** The last answer to a stop; absent when no stop was answered. */
  readonly receipt: R | undefined
  readonly mode: Mode
  readonly outcome: Outcome
  readonly seen: Seen | undefined
  /** The last read failed. */
  readonly isBlind: boolean
  /** The last reported state of the work, by a stop or a read. */
  readonly state: Pick<Receipt, 'phase' | 'native'>
  readonly why: string | undefined
  readonly warnings: readonly Warning[]
  readonly steps: readonly Step[]
}

/** Sends a stop, reads the state until the end, and sends force once if escalation is on. */
export async function stopAndWait<R extends Receipt>(tools: StopAndWaitTools<R>): Promise<StopAndWaitResult<R>> {
  const evidence = new Evidence<R>(tools)
  const errors = new WaitErrors(tools, evidence)
  const verdict = new Verdict(tools, evidence, errors)
  const stops = new Stops(tools, evidence, verdict, errors)
  const first = await stops.first()
  if (first !== undefined && first.outcome !== 'accepted') return resultOf(first.outcome, evidence, stops)
  let ending: Outcome | undefined
  const how = await errors.guard(() =>
    follow({
      ...tools.settings,
      atOnce: false,
      elapsedMs: tools.elapsedMs,
      read: tools.read,
      sent: tools.sent,
      onFailed: (error) => evidence.blindness.failed(error),
      alarmMs: () => stops.forceDueMs,
      onSeen: async (seen) => {
        if (evidence.read(seen)) await tools.onSeen(seen)
        ending = verdict.ofRead(seen) ?? (await stops.next(seen))
        return ending !== undefined
      },
    }),
  )
  return resultOf(ending ?? verdict.ofNoEnd(how), evidence, stops)
}

function resultOf<R extends Receipt>(outcome: Outcome, evidence: Evidence<R>, stops: Stops<R>): StopAndWaitResult<R> {
  const { receipt, doubt, story, blindness } = evidence
  const isLost = doubt !== undefined && outcome === 'accepted'
  if (isLost) evidence.warn([earlierTryUnanswered])
  const unanswered = isLost ? `the last stop (mode ${stops.mode}) got no answer and may have arrived` : undefined
  const reasons = {
    accepted: [blindness.why, unanswered, stops.notForced, story.seen?.why ?? receipt?.why],
    'ended-unexplained': [story.seen?.why],
    'already-ended': [receipt?.why],
  }
  const told: readonly (string | undefined)[] = outcome in reasons ? reasons[outcome as keyof typeof reasons] : []
  const why = told.filter(Boolean).join('; ')
  return {
    receipt,
    mode: stops.mode,
    outcome,
    seen: story.seen,
    isBlind: blindness.error !== undefined,
    state: story.standing,
    why: why === '' ? undefined : why,
    warnings: copied(evidence.warnings),
    steps: story.steps,
  }
}
