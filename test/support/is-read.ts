/** Whether a request of a facade only reads: its operation is one that no act of the system's fixture changes anything by. */
import { fixtures } from '../systems/index.js'
import { operationsOf } from './spec.js'

const reading = fixtures.flatMap(({ kind, acts }) =>
  operationsOf(kind).filter(({ operationId }) =>
    acts.some((act) => act.operationId === operationId && act.effect === 'none'),
  ),
)

/** `url` may be a path. */
export function isRead({ method, url }: { readonly method: string; readonly url: string }): boolean {
  const { pathname } = new URL(url, 'http://fake')
  return reading.some(({ matches }) => matches(method, pathname))
}
