import type { Call } from './call.js'
import { isStopError } from './error.js'
import { isEnded } from './phase.js'
import type { Seen } from './state.js'

/** The longest a look before a stop may take, in milliseconds, and its share of the time that there is. */
const lookMs = 5_000
const lookShare = 0.25

/**
 * Reads the state before a stop is sent: one question, and not for long. Undefined: nothing could be seen, which keeps no
 * stop from being sent; only the caller's own signal and a wrong credential do. That the work was seen to go on is kept for what comes after.
 */
export async function lookFirst(call: Call, read: (aside: Call) => Promise<Seen>): Promise<Seen | undefined> {
  const seen = await read(call.aside(Math.min(lookMs, call.remainingMs() * lookShare))).catch((thrown: unknown) => {
    // A wrong credential would not be taken by the stop either.
    if (!isStopError(thrown) || thrown.code === 'aborted' || thrown.code === 'unauthenticated') throw thrown
    return undefined
  })
  if (seen !== undefined && !isEnded(seen.phase) && seen.phase !== 'unknown') call.tally.existed = true
  return seen
}
