import { whyRefused } from '../../core/call/refused.js'
import { checkFlag } from '../../core/check/check.js'
import type { OwnOptions, StopRequest } from '../../core/system/definition.js'
import { isObjectOrNothing } from '../../core/words/answer.js'
import { missing, type StopFinding } from '../../core/words/finding.js'
import type { Warning } from '../../core/words/warning.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import { type FunctionGraphTarget, pathOf } from './target.js'

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

export const stopOptions: OwnOptions<FunctionGraphStopOptions> = {
  names: ['cascade'],
  check: (fields) => ({ cascade: checkFlag(fields['cascade'], 'cascade') }),
}

type Request = StopRequest<FunctionGraphTarget, FunctionGraphMode, FunctionGraphStopOptions>

/** Cancels an asynchronous request. A success only means that the system accepted the stop. */
export async function stop({ call, target, extra }: Request): Promise<StopFinding> {
  const operation = operations.cancelAsyncInvocation
  const answer = await call.send(operation, {
    ...pathOf(target),
    body: { request_id: target.requestId, type: extra.cascade === true ? 'recursive' : 'force' },
  })
  if (taken.has(answer.status) && isObjectOrNothing(answer))
    return { outcome: 'accepted', phase: 'unknown', answer, operation }
  // 404 means that the function is unknown, not the request. So `ifMissing` does not apply.
  const error = call.failure(operation, answer)
  const isOfRequest = answer.status === 400 && /invalid ?request_?id/i.test(error.providerMessage ?? '')
  if (!isOfRequest) throw error
  // The documented answer for an unknown or ended request is only "Invalid RequestId", so its record is read.
  const { finding, seen } = await whyRefused(operation, answer, () => readState(call, target))
  if (finding !== undefined) return finding
  if (seen === undefined) throw error
  // This does not prove that the request is unknown, because the function may keep no records.
  if (!seen.recorded) {
    const hint = 'there is no record of the request: the id is unknown, or the function keeps no records'
    return missing(call.failure(operation, answer, { code: 'not_found', hint }), answer, operation)
  }
  const hint = `the status of its record is ${seen.native ?? 'absent'}`
  throw call.failure(operation, answer, { code: 'failed_precondition', hint })
}
