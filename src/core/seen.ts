import { AnswerFields, Malformed } from './answer-fields.js'
import type { Answer, Call } from './call.js'
import type { Operation } from './operation.js'
import type { Seen, State } from './state.js'
import { printable } from './text.js'

/** The longest `native` and `why`, in UTF-16 units. */
const longestWords = 200

/**
 * The state that a successful answer tells, its words bounded. An answer that has not the form of this API, or is the
 * record of something else than was asked for, is the error `protocol`.
 */
export function seenIn(
  call: Call,
  operation: Operation,
  answer: Answer<unknown>,
  read: (body: AnswerFields) => State,
): Seen {
  // Another success is not of this operation, whatever its body looks like.
  if (answer.status !== 200) throw call.failure(operation, answer)
  try {
    const state = read(new AnswerFields(answer.data, 'the body'))
    return { ...state, native: bounded(state.native), why: bounded(state.why), answer }
  } catch (thrown) {
    if (!(thrown instanceof Malformed)) throw thrown
    throw call.failure(operation, answer, { code: 'protocol', hint: thrown.message })
  }
}

function bounded(words: string | undefined): string | undefined {
  return words === undefined ? undefined : printable(words, longestWords) || undefined
}
