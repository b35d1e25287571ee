import { isBare } from '../../core/answer.js'
import { earlierTryUnanswered } from '../../core/doubt.js'
import { lookFirst } from '../../core/look-first.js'
import type { Warning } from '../../core/receipt.js'
import { refuse } from '../../core/refusal.js'
import type { Seen } from '../../core/state.js'
import { notChecked } from '../../core/stops-under-way.js'
import { missing, type StopFinding, type StopRequest } from '../../core/system.js'
import type { ServiceFabricClient } from './client.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import type { ServiceFabricTarget } from './target.js'

/** The modes of Service Fabric: Delete, and Delete with `ForceRemove=true`. */
export type ServiceFabricMode = 'graceful' | 'force'

/** What only Service Fabric's `stop()` takes. */
export interface ServiceFabricStopOptions {
  /**
   * How long the cluster may hold the call until the application is gone, in seconds, 1 to 240. It is cut to what is
   * left of `timeoutMs`.
   * @default the system's `serverTimeoutSeconds`
   */
  readonly serverTimeoutSeconds?: number | undefined
}

/** Kept of the total time for the way back, in milliseconds. */
const answerMarginMs = 1_000

export const stateMayLeak: Warning = {
  code: 'state-may-leak',
  message: 'replicas were not closed gracefully; stateful services may leave persisted state behind',
}

export const hostMayRun: Warning = {
  code: 'remote-may-run',
  message: 'host processes may still run for a while after the cluster manager has removed the application',
}

/** fetch gives up on an answer after 300 s by itself, so a held call must end well before. */
const longestServerTimeout = 240

export function checkServerTimeout(value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > longestServerTimeout) {
    refuse('serverTimeoutSeconds', `must be a whole number of seconds from 1 to ${longestServerTimeout}`)
  }
  return value
}

type Request = StopRequest<ServiceFabricTarget, ServiceFabricMode, ServiceFabricClient, ServiceFabricStopOptions>

/**
 * Deletes an application. The cluster answers when it is gone, or when the server time-out is up. A plain delete takes
 * the force away from a forced one that is under way, so that it looks before it is sent, and joins.
 */
export async function stop(request: Request, serverTimeoutSeconds: number): Promise<StopFinding> {
  if (!request.join) return remove(request, serverTimeoutSeconds)
  const { call, client, target } = request
  const seen = await lookFirst(call, (aside) => readState(aside, client, target))
  if (seen?.phase === 'stopping') {
    const { phase, native, answer } = seen
    return { outcome: 'accepted', phase, native, answer, operation: operations.getApplicationInfo, joined: true }
  }
  const isKnown = seen !== undefined && seen.phase !== 'unknown'
  const found = await remove(request, serverTimeoutSeconds)
  return isKnown ? found : { ...found, warnings: [notChecked, ...(found.warnings ?? [])] }
}

async function remove(
  { call, client, target, mode, extra }: Request,
  serverTimeoutSeconds: number,
): Promise<StopFinding> {
  const operation = operations.deleteApplication
  const longestSeconds = checkServerTimeout(extra.serverTimeoutSeconds, serverTimeoutSeconds)
  const leftSeconds = (): number => Math.floor((call.tryMs(operation) - answerMarginMs) / 1000)
  const answer = await call.send(operation, (init) =>
    client.POST('/Applications/{applicationId}/$/Delete', {
      ...init,
      params: {
        path: { applicationId: target.applicationId },
        query: {
          'api-version': '6.0',
          ...(mode === 'force' ? { ForceRemove: true } : {}),
          timeout: Math.max(1, Math.min(longestSeconds, leftSeconds())),
        },
      },
    }),
  )
  // No other success is documented, so that it would not be the gateway's word; and this one has no body.
  if (answer.status === 200 && isBare(answer)) return { outcome: 'stopped', phase: 'gone', answer, operation }
  const error = call.failure(operation, answer)
  const isMissing = call.readFailure(answer).missing === true
  // The server time-out is up. The delete goes on if it had begun, but an application that was still being created
  // looks the same from outside, so the application is asked.
  const state: Seen | undefined =
    answer.status === 504 ? await readState(call, client, target).catch(() => undefined) : undefined
  if (state?.phase === 'stopping') {
    return { outcome: 'accepted', phase: state.phase, native: state.native, answer, operation }
  }
  if (!isMissing && state?.phase !== 'gone') throw error
  // Only a delete takes an application away. Whether this one was ever there, neither 404 nor 504 and 204 say.
  if (call.tally.existed === true) {
    const warnings = call.isDoubtful(operation) ? [earlierTryUnanswered] : []
    return { outcome: 'stopped', phase: 'gone', answer, operation, warnings }
  }
  const hint = 'the cluster has no such application; it is not known whether it ever existed'
  const never = isMissing ? error : call.failure(operation, answer, { code: 'not_found', hint })
  return missing(never, answer, operation)
}
