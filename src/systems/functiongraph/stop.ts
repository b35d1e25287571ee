import { checkFlag } from '../../core/check/check.js'
import type { StopRequest } from '../../core/system/definition.js'
import { type Answer, isObjectOrNothing } from '../../core/words/answer.js'
import { missing, type StopFinding } from '../../core/words/finding.js'
import { isEnded } from '../../core/words/phase.js'
import type { Warning } from '../../core/words/warning.js'
import type { FunctionGraphClient } from './client.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import { type FunctionGraphTarget, projectOf } from './target.js'

/** The mode of FunctionGraph: only `force`. The clean-up of the function does not run. */
export type FunctionGraphMode = 'force'

/** The options that only `stop()` of FunctionGraph has. */
export interface FunctionGraphStopOptions {
  /**
   * Send `type: recursive` instead of `force`: stop the sub-function that is being called. The API lists this value, but
   * the vendor's text says that only `force` is supported now.
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

/** 200 is documented, but its body is not. So 204 is accepted too. */
const taken: ReadonlySet<number> = new Set([200, 204])

export function checkStopOptions(fields: Readonly<Record<string, unknown>>): FunctionGraphStopOptions {
  return { cascade: checkFlag(fields['cascade'], 'cascade') }
}

type Request = StopRequest<FunctionGraphTarget, FunctionGraphMode, FunctionGraphClient, FunctionGraphStopOptions>

/** Cancels an asynchronous request. A success only means that the system accepted the stop. */
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
  // 404 means that the function is unknown, not the request. So `ifMissing` does not apply.
  const error = call.failure(operation, answer)
  const isOfRequest = answer.status === 400 && /invalid ?request_?id/i.test(error.providerMessage ?? '')
  if (isOfRequest) return refused(request, answer)
  throw error
}

/**
 * The documented answer for an unknown or ended request is only "Invalid RequestId", so its record is read. A missing
 * record does not prove that the request is unknown, because the function may keep no records.
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
