import { Malformed } from '../../core/answer-fields.js'
import type { Call } from '../../core/call.js'
import { seenIn } from '../../core/seen.js'
import type { Seen } from '../../core/state.js'
import type { RestateClient } from './client.js'
import { operations } from './operations.js'
import { stateOf } from './states.js'
import type { RestateTarget } from './target.js'

/** Reads an invocation's state by SQL. The id has been checked to be letters, digits and `_`, so it can be quoted. */
export async function readState(call: Call, client: RestateClient, { invocationId }: RestateTarget): Promise<Seen> {
  // All columns: servers differ in which they have, and refuse a query that names one they lack.
  const sql = `SELECT * FROM sys_invocation WHERE id = '${invocationId}'`
  const answer = await call.send(operations.query, (init) =>
    client.POST('/query', {
      ...init,
      // Any other Accept, and the server answers in Arrow's binary form.
      headers: { ...init.headers, accept: 'application/json' },
      body: { query: sql },
    }),
  )
  return seenIn(call, operations.query, answer, (body) => {
    const rows = body.list('rows')
    if (rows === undefined) throw new Malformed('rows is missing')
    for (const row of rows) row.mustBe('id', invocationId)
    return stateOf(rows[0])
  })
}
