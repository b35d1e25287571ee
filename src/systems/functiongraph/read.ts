import type { Call } from '../../core/call/call.js'
import { seenIn } from '../../core/call/seen.js'
import { isEnded } from '../../core/words/phase.js'
import type { Seen } from '../../core/words/state.js'
import { operations } from './operations.js'
import { stateOf } from './states.js'
import { type FunctionGraphTarget, pathOf } from './target.js'

/** How far back the list is searched, in milliseconds: 7 days. The API's own default is one hour. */
const lookBackMs = 7 * 24 * 3_600_000

/**
 * Reads the record of a request, and whether there is one. The list is filtered by the id, and the id of each record is
 * checked again.
 */
export async function readState(
  call: Call,
  target: FunctionGraphTarget,
): Promise<Seen & { readonly recorded: boolean }> {
  const operation = operations.listAsyncInvocations
  const { requestId } = target
  const answer = await call.send(operation, {
    ...pathOf(target),
    query: { request_id: requestId, query_begin_time: apiTime(call.settings.clock.now() - lookBackMs) },
  })
  let recorded = false
  const seen = seenIn(call, operation, answer, (body) => {
    const records = (body.list('invocations') ?? []).filter((one) => one.id('request_id') === requestId)
    recorded = records.length > 0
    // A request that the system retries may have several records. A record that has not ended decides.
    const states = records.map((record) => stateOf(record))
    return states.find(({ phase }) => !isEnded(phase)) ?? states[0] ?? stateOf(undefined)
  })
  return { ...seen, recorded }
}

/** `YYYY-MM-DDTHH:mm:ss` in UTC without a zone, as the API requires. */
function apiTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 'YYYY-MM-DDTHH:mm:ss'.length)
}
