import type { Call } from '../../core/call/call.js'
import { readIn } from '../../core/call/seen.js'
import { type AnswerFields, Malformed } from '../../core/http/answer-fields.js'
import type { Answer } from '../../core/words/answer.js'
import type { operations } from './operations.js'

/** The rows of a query by one id. A row with another id, from a proxy or cache, is the error `protocol`. */
export async function queryRows(
  call: Call,
  operation: typeof operations.query,
  query: string,
  id: string,
): Promise<{ readonly rows: readonly AnswerFields[]; readonly answer: Answer<unknown> }> {
  const answer = await call.send(operation, { body: { query } })
  const rows = readIn(call, operation, answer, (body) => {
    const list = body.list('rows')
    if (list === undefined) throw new Malformed('rows is missing')
    for (const row of list) row.mustBe('id', id)
    return list
  })
  return { rows, answer }
}
