import type { Call } from '../../core/call/call.js'
import { readIn } from '../../core/call/seen.js'
import { type AnswerFields, Malformed } from '../../core/http/answer-fields.js'
import type { Answer } from '../../core/words/answer.js'
import type { Operation } from '../../core/words/operation.js'
import type { RestateClient } from './client.js'

/** The rows of a query by one id. A row with another id, from a proxy or cache, is the error `protocol`. */
export async function queryRows(
  call: Call,
  client: RestateClient,
  operation: Operation,
  query: string,
  id: string,
): Promise<{ readonly rows: readonly AnswerFields[]; readonly answer: Answer<unknown> }> {
  const answer = await call.send(operation, (init) =>
    client.POST('/query', {
      ...init,
      // With any other Accept, the server answers in Arrow's binary form.
      headers: { ...init.headers, accept: 'application/json' },
      body: { query },
    }),
  )
  const rows = readIn(call, operation, answer, (body) => {
    const list = body.list('rows')
    if (list === undefined) throw new Malformed('rows is missing')
    for (const row of list) row.mustBe('id', id)
    return list
  })
  return { rows, answer }
}
