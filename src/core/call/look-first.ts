import { isStopError } from '../words/error.js'
import type { StopFinding } from '../words/finding.js'
import { isEnded } from '../words/phase.js'
import type { Memory, Seen } from '../words/state.js'
import { notChecked, type Warning } from '../words/warning.js'
import type { Call } from './call.js'

/** The longest time of the read before a stop, in milliseconds, and its share of the time left. The shorter one counts. */
const lookMs = 5_000
const lookShare = 0.25

/** The result of the read before a stop. */
export interface Look {
  // Always fields of its own: one that somebody put on `Object.prototype` is no finding.
  /** A stop is under way, which this call joins. */
  readonly joined: StopFinding | undefined
  /** The state; undefined when it could not be read. */
  readonly seen: Seen | undefined
  /** Whether it could not be seen if a stop is under way. */
  readonly warnings: readonly Warning[]
}

/**
 * Reads before a stop whether one is under way, within a short time. If so, the call joins it. Otherwise the stop is sent,
 * also when the state cannot be read; the warnings then say so. Only the caller's signal and a refused credential prevent
 * the stop. If the work was seen to run, the tally remembers it.
 */
export async function lookFirst(call: Call, readState: (aside: Call, memory: Memory) => Promise<Seen>): Promise<Look> {
  const memory: Memory = {}
  const aside = call.aside(Math.min(lookMs, call.remainingMs() * lookShare))
  const seen = await readState(aside, memory).catch((thrown: unknown) => {
    // The stop would be refused with this credential too.
    if (!isStopError(thrown) || thrown.code === 'aborted' || thrown.code === 'unauthenticated') throw thrown
    return undefined
  })
  const isShown = seen !== undefined && (memory.shown ?? seen.phase !== 'unknown')
  const warnings = isShown ? [] : [notChecked]
  call.tally.looked = warnings
  if (seen === undefined) return { seen, warnings, joined: undefined }
  const { phase, native, why, answer } = seen
  if (!isEnded(phase) && phase !== 'unknown') call.tally.existed = true
  if (phase !== 'stopping' && memory.recordedAt === undefined) {
    return { seen, warnings, joined: undefined }
  }
  return { seen, warnings, joined: { outcome: 'accepted', phase, native, why, answer, joined: true } }
}
