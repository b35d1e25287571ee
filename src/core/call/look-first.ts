import { isStopError } from '../words/error.js'
import { isEnded } from '../words/phase.js'
import type { Seen } from '../words/state.js'
import type { Call } from './call.js'

/** The longest time of the read before a stop, in milliseconds, and its share of the time left. The shorter one counts. */
const lookMs = 5_000
const lookShare = 0.25

/**
 * Reads the state before a stop is sent, within a short time. Undefined means that the state could not be read; the stop is
 * then sent anyway. Only the caller's signal and a refused credential prevent the stop. If the work was seen to run, the
 * tally remembers it.
 */
export async function lookFirst(call: Call, read: (aside: Call) => Promise<Seen>): Promise<Seen | undefined> {
  const seen = await read(call.aside(Math.min(lookMs, call.remainingMs() * lookShare))).catch((thrown: unknown) => {
    // The stop would be refused with this credential too.
    if (!isStopError(thrown) || thrown.code === 'aborted' || thrown.code === 'unauthenticated') throw thrown
    return undefined
  })
  if (seen !== undefined && !isEnded(seen.phase) && seen.phase !== 'unknown') call.tally.existed = true
  return seen
}
