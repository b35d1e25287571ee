import { checkFlag } from '../../core/check.js'
import type { Warning } from '../../core/receipt.js'
import type { StopFinding, StopRequest } from '../../core/system.js'
import type { FunctionGraphClient } from './client.js'
import { operations } from './operations.js'
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
  message: 'other requests that ran in the same function instance are stopped too, and end with 4208',
}

/** 200 is documented, its body is not: a server may as well say it with 204. */
const taken: ReadonlySet<number> = new Set([200, 204])

export function checkStopOptions(fields: Readonly<Record<string, unknown>>): FunctionGraphStopOptions {
  return { cascade: checkFlag(fields['cascade'], 'cascade') }
}

/** Cancels an asynchronous request. A success says that the system took the order, no more. */
export async function stop({
  call,
  client,
  target,
  extra,
}: StopRequest<
  FunctionGraphTarget,
  FunctionGraphMode,
  FunctionGraphClient,
  FunctionGraphStopOptions
>): Promise<StopFinding> {
  const operation = operations.cancelAsyncInvocation
  const answer = await call.send(operation, (init) =>
    client.POST('/v2/{project_id}/fgs/functions/{function_urn}/cancel', {
      ...init,
      params: { path: { project_id: projectOf(target.functionUrn), function_urn: target.functionUrn } },
      body: { request_id: target.requestId, type: extra.cascade === true ? 'recursive' : 'force' },
    }),
  )
  // 404 means that the function is unknown, not the request: `ifMissing` does not apply. What an unknown or finished
  // request gets is documented no further than 400 "Invalid RequestId".
  if (!taken.has(answer.status)) throw call.failure(operation, answer)
  return { outcome: 'accepted', phase: 'unknown', answer, operation }
}
