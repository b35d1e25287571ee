/** Asks Prism for documented answers through an injected fetch, so that the code under test notices nothing. */
import type { Fetch } from 'allstop'
import { assertNoViolation } from '../support/prism.js'
import { type Operation, preferring, type Row } from '../support/spec.js'

/**
 * A fetch that gets `row` for its operation and, for the operations named in `beside`, the example named there. Every
 * answer is searched for Prism's complaints. `headers` are added to the answer of the row.
 */
export function fetchPreferring(
  operations: readonly Operation[],
  row: Row,
  beside: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Fetch {
  return async (url, init) => {
    const operation = operations.find(({ matches }) => matches(init.method ?? 'GET', new URL(url).pathname))
    if (operation === undefined) throw new Error(`not an operation of the spec: ${init.method} ${url}`)
    const wanted = operation.operationId === row.operationId ? row : besideRow(operation, beside)
    const extra = wanted === undefined ? {} : preferring(wanted)
    const response = await fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), ...extra } })
    await assertNoViolation(response)
    if (wanted !== row || Object.keys(headers).length === 0) return response
    const { status } = response
    return new Response(response.body, { status, headers: { ...Object.fromEntries(response.headers), ...headers } })
  }
}

function besideRow(operation: Operation, beside: Readonly<Record<string, string>>): Row | undefined {
  const key = beside[operation.operationId]
  if (key === undefined) return undefined
  const row = operation.rows.find(({ status, example }) => [status, example].filter(Boolean).join(' ') === key)
  if (row === undefined) throw new Error(`${operation.operationId} documents no answer '${key}'`)
  return row
}
