import type { Call } from '../../core/call.js'
import { isEnded } from '../../core/phase.js'
import { seenIn } from '../../core/seen.js'
import type { Seen } from '../../core/state.js'
import type { FunctionGraphClient } from './client.js'
import { operations } from './operations.js'
import { stateOf } from './states.js'
import { type FunctionGraphTarget, projectOf } from './target.js'

/** How far back a request is looked for, in milliseconds: 7 days. The list's own default is one hour. */
const lookBackMs = 7 * 24 * 3_600_000

/**
 * Reads a request's record, and whether there is one. The list takes the id as a filter; every record it gives is compared
 * all the same.
 */
export async function readState(
  call: Call,
  client: FunctionGraphClient,
  { functionUrn, requestId }: FunctionGraphTarget,
): Promise<Seen & { readonly recorded: boolean }> {
  const operation = operations.listAsyncInvocations
  const answer = await call.send(operation, (init) =>
    client.GET('/v2/{project_id}/fgs/functions/{function_urn}/async-invocations', {
      ...init,
      params: {
        path: { project_id: projectOf(functionUrn), function_urn: functionUrn },
        query: { request_id: requestId, query_begin_time: apiTime(call.settings.clock.now() - lookBackMs) },
      },
    }),
  )
  let recorded = false
  const seen = seenIn(call, operation, answer, (body) => {
    const records = (body.list('invocations') ?? []).filter((one) => one.id('request_id') === requestId)
    recorded = records.length > 0
    // A request that is tried again may have several: one that goes on is what counts.
    const states = records.map((record) => stateOf(record))
    return states.find(({ phase }) => !isEnded(phase)) ?? states[0] ?? stateOf(undefined)
  })
  return { ...seen, recorded }
}

/** `YYYY-MM-DDTHH:mm:ss` in UTC, without a zone, as the API wants it. */
function apiTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 'YYYY-MM-DDTHH:mm:ss'.length)
}
