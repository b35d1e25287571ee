import { lookFirst as look } from '../../core/call/look-first.js'
import type { StopRequest } from '../../core/system/definition.js'
import type { StopFinding } from '../../core/words/finding.js'
import type { Memory, Seen } from '../../core/words/state.js'
import type { Warning } from '../../core/words/warning.js'
import { notChecked } from '../../core/words/warning.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import type { RestateTarget } from './target.js'

/** The result of the read before a cancel: a cancel to join, or the warnings and the state for the cancel to send. */
export type Look =
  | { readonly joined: StopFinding }
  | { readonly warnings: readonly Warning[]; readonly seen?: Seen | undefined }

type Request = StopRequest<RestateTarget, 'graceful' | 'force'>

/**
 * Reads whether a cancel was already recorded. A second cancel would break the compensation that the first one began. If
 * one was recorded, this call joins it. Otherwise the cancel is sent, also when the state cannot be read; the warnings
 * then say so.
 */
export async function lookFirst({ call, target }: Request): Promise<Look> {
  const memory: Memory = {}
  const seen = await look(call, (aside) => readState(aside, target, memory))
  // A full read was made, but the server did not show the journal.
  const warnings = seen === undefined || memory.shown === false ? [notChecked] : []
  call.tally.looked = warnings
  if (seen === undefined) return { warnings }
  const { phase, native, why, answer } = seen
  if (memory.recordedAt !== undefined) {
    return { joined: { outcome: 'accepted', phase, native, why, answer, operation: operations.query, joined: true } }
  }
  return { warnings, seen }
}
