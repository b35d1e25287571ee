import type { Answer } from '../words/answer.js'
import { missing, type PurgeFinding, type StopFinding } from '../words/finding.js'
import type { Operation } from '../words/operation.js'
import { isEnded } from '../words/phase.js'
import type { Seen } from '../words/state.js'
import type { Call } from './call.js'

/** The finding of a stop that the system refused because it has no record of the work. Any other refusal is thrown. */
export function missingOrThrow(call: Call, operation: Operation, answer: Answer<unknown>): StopFinding {
  const error = call.failure(operation, answer)
  if (call.isMissing(answer)) return missing(error, answer, operation)
  throw error
}

/**
 * What became of a stop that the system refused because of the state of the work. The answer does not name the state, so it
 * is read. Without a finding, `seen` is the state that does not explain the refusal; undefined when the read failed.
 */
export interface Refused<S extends Seen> {
  // Always fields of its own: one that somebody put on `Object.prototype` is no finding.
  readonly finding: StopFinding | undefined
  readonly seen: S | undefined
}

/**
 * Reads why a stop was refused. Work that has ended is `already-ended`. `joins`: this stop joins one that is under way.
 * @default it does not join
 */
export async function whyRefused<S extends Seen>(
  operation: Operation,
  answer: Answer<unknown>,
  read: () => Promise<S>,
  joins = false,
): Promise<Refused<S>> {
  const seen = await read().catch(() => undefined)
  if (seen === undefined) return { seen, finding: undefined }
  const { phase, native } = seen
  // A missing record may mean that the work never existed.
  if (isEnded(phase) && phase !== 'gone') {
    return { seen, finding: { outcome: 'already-ended', phase, native, answer, operation } }
  }
  if (phase !== 'stopping' || !joins) return { seen, finding: undefined }
  return { seen, finding: { outcome: 'accepted', phase, native, answer: seen.answer, operation, joined: true } }
}

/**
 * The finding of the purge of an ended record. `isPurged`: the answer is the documented success. `keepsRecord`: see
 * {@link PurgeFinding}.
 */
export function purgedOrMissing(
  call: Call,
  operation: Operation,
  answer: Answer<unknown>,
  isPurged: boolean,
  keepsRecord = false,
): PurgeFinding {
  if (isPurged) return { outcome: 'purged', answer, operation }
  const error = call.failure(operation, answer)
  if (!call.isMissing(answer)) throw error
  return { outcome: 'gone', answer, operation, missing: error, keepsRecord }
}
