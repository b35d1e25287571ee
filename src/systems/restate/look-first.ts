import { lookFirst as look } from '../../core/look-first.js'
import type { Warning } from '../../core/receipt.js'
import type { Memory, Seen } from '../../core/state.js'
import { notChecked } from '../../core/stops-under-way.js'
import type { StopFinding, StopRequest } from '../../core/system.js'
import type { RestateClient } from './client.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import type { RestateTarget } from './target.js'

/** What a look before a cancel gives: a cancel to join, or what the cancel is to be sent with. */
export type Look =
  | { readonly joined: StopFinding }
  | { readonly warnings: readonly Warning[]; readonly seen?: Seen | undefined }

type Request = StopRequest<RestateTarget, 'graceful' | 'force', RestateClient, object>

/**
 * Looks whether a cancel was written down already: a second one breaks the compensation that the first began. The
 * finding is that cancel, to join; else the warnings that the cancel is to be sent with: where nothing can be seen, it
 * is sent all the same.
 */
export async function lookFirst({ call, client, target }: Request): Promise<Look> {
  const memory: Memory = {}
  const seen = await look(call, (aside) => readState(aside, client, target, memory))
  // A whole look was due, and the journal was not shown.
  const warnings = seen === undefined || memory.shown === false ? [notChecked] : []
  call.tally.looked = warnings
  if (seen === undefined) return { warnings }
  const { phase, native, why, answer } = seen
  if (memory.recordedAt !== undefined) {
    return { joined: { outcome: 'accepted', phase, native, why, answer, operation: operations.query, joined: true } }
  }
  return { warnings, seen }
}
