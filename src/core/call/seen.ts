import { AnswerFields } from '../http/answer-fields.js'
import type { Answer } from '../words/answer.js'
import { merged } from '../words/merged.js'
import type { Operation } from '../words/operation.js'
import type { Seen, State } from '../words/state.js'
import { printable } from '../words/text.js'
import type { Call } from './call.js'

/** The longest `native` and `why`, in UTF-16 units. */
const longestWords = 200

/**
 * Reads a successful answer. An answer that does not have the form of this API, or is a record with another id, is the
 * error `protocol`.
 */
export function readIn<T>(
  call: Call,
  operation: Operation,
  answer: Answer<unknown>,
  read: (body: AnswerFields) => T,
): T {
  // Another success status does not belong to this operation, with any body.
  if (answer.status !== 200) throw call.failure(operation, answer)
  try {
    return read(new AnswerFields(answer.data, 'the body'))
  } catch (thrown) {
    // It is Malformed; would it be a defect of ours, the answer were not to be used either.
    throw call.failure(operation, answer, { code: 'protocol', hint: (thrown as Error).message })
  }
}

/** The state that a successful answer tells, its words bounded. */
export function seenIn(
  call: Call,
  operation: Operation,
  answer: Answer<unknown>,
  read: (body: AnswerFields) => State,
): Seen {
  const state = readIn(call, operation, answer, read)
  return merged(state, { native: bounded(state.native), why: bounded(state.why), answer })
}

const hidden = 'there is no record, or the system does not show it to this caller'

/** The same for an answer about one record. An answer that says that there is no record is the phase `gone`. */
export function recordIn(
  call: Call,
  operation: Operation,
  answer: Answer<unknown>,
  read: (record: AnswerFields) => State,
): Seen {
  const missing = call.missing(answer)
  if (missing === 'perhaps') return { phase: 'unknown', why: hidden, answer }
  return missing === true ? { phase: 'gone', answer } : seenIn(call, operation, answer, read)
}

function bounded(words: string | undefined): string | undefined {
  return words === undefined ? undefined : printable(words, longestWords) || undefined
}
