import { type Answer, isObjectOrNothing } from '../../core/answer.js'
import { checkFlag } from '../../core/check.js'
import { isEnded } from '../../core/phase.js'
import type { Warning } from '../../core/receipt.js'
import { missing, type StopFinding, type StopRequest } from '../../core/system.js'
import type { FunctionGraphClient } from './client.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import { type FunctionGraphTarget, projectOf } from './target.js'

/** The modes of FunctionGraph: only `force`; the function's own clean-up does not run. */
export type FunctionGraphMode = 'force'

/** What only FunctionGraph's `stop()` takes. */
export interface FunctionGraphStopOptions {
  /**
   * Send `type: recursive` in the place of `force`: stop the sub-function that is being called. In the API's list of
   * values, but the vendor's text says that only `force` is supported now.
   * @default false
   */
  readonly cascade?: boolean | undefined
}

export const instanceIsShared: Warning = {
  code: 'neighbours-stopped',
  message:
    'other requests that ran in the same function instance are stopped too, and end with 4208; ' +
    'according to the English documentation, perhaps all other concurrent requests of the function',
}

/** 200 is documented, its body is not: a server may as well say it with 204. */
const taken: ReadonlySet<number> = new Set([200, 204])

export function checkStopOptions(fields: Readonly<Record<string, unknown>>): FunctionGraphStopOptions {
  return { cascade: checkFlag(fields['cascade'], 'cascade') }
}

type Request = StopRequest<FunctionGraphTarget, FunctionGraphMode, FunctionGraphClient, FunctionGraphStopOptions>

/** Cancels an asynchronous request. A success says that the system took the order, no more. */
export async function stop(request: Request): Promise<StopFinding> {
  const { call, client, target, extra } = request
  const operation = operations.cancelAsyncInvocation
  const answer = await call.send(operation, (init) =>
    client.POST('/v2/{project_id}/fgs/functions/{function_urn}/cancel', {
      ...init,
      params: { path: { project_id: projectOf(target.functionUrn), function_urn: target.functionUrn } },
      body: { request_id: target.requestId, type: extra.cascade === true ? 'recursive' : 'force' },
    }),
  )
  if (taken.has(answer.status) && isObjectOrNothing(answer))
    return { outcome: 'accepted', phase: 'unknown', answer, operation }
  // 404 means that the function is unknown, not the request: `ifMissing` does not apply.
  const error = call.failure(operation, answer)
  const isOfRequest = answer.status === 400 && /invalid ?request_?id/i.test(error.providerMessage ?? '')
  if (isOfRequest) return refused(request, answer)
  throw error
}

/**
 * "Invalid RequestId" is all that is documented for a request that is unknown or has ended, so its record is asked. That
 * a request without a record is unknown is not established: the function may keep none.
 */
async function refused({ call, client, target }: Request, answer: Answer<unknown>): Promise<StopFinding> {
  const operation = operations.cancelAsyncInvocation
  const seen = await readState(call, client, target).catch(() => undefined)
  if (seen === undefined) throw call.failure(operation, answer)
  const { phase, native, recorded } = seen
  if (!recorded) {
    const hint = 'there is no record of the request: the id is unknown, or the function keeps no records'
    return missing(call.failure(operation, answer, { code: 'not_found', hint }), answer, operation)
  }
  if (isEnded(phase)) return { outcome: 'already-ended', phase, native, answer, operation }
  const hint = `the status of its record is ${native ?? 'absent'}`
  throw call.failure(operation, answer, { code: 'failed_precondition', hint })
}
