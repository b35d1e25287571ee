import { isBare } from '../../core/call.js'
import type { Warning } from '../../core/receipt.js'
import { refuse } from '../../core/refusal.js'
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

/** fetch gives up on an answer after 300 s by itself, so a held call must end well before. */
const longestServerTimeout = 240

export function checkServerTimeout(value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > longestServerTimeout) {
    refuse('serverTimeoutSeconds', `must be a whole number of seconds from 1 to ${longestServerTimeout}`)
  }
  return value
}

/** What a cluster's stop() knows beside the request. */
export interface StopSettings {
  readonly serverTimeoutSeconds: number
  /** The guard against the wrong cluster. */
  readonly clusterId: string | undefined
}

/** Deletes an application. The cluster answers when it is gone, or when the server time-out is up. */
export async function stop(
  {
    call,
    client,
    target,
    mode,
    extra,
  }: StopRequest<ServiceFabricTarget, ServiceFabricMode, ServiceFabricClient, ServiceFabricStopOptions>,
  { serverTimeoutSeconds, clusterId }: StopSettings,
): Promise<StopFinding> {
  const operation = operations.deleteApplication
  const longestSeconds = checkServerTimeout(extra.serverTimeoutSeconds, serverTimeoutSeconds)
  const leftSeconds = (): number =>
    Math.floor((Math.min(call.remainingMs(), call.options.attemptTimeoutMs) - answerMarginMs) / 1000)
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
        ...(clusterId === undefined ? {} : { header: { ClusterId: clusterId } }),
      },
    }),
  )
  // No other success is documented, so that it would not be the gateway's word; and this one has no body.
  if (answer.status === 200 && isBare(answer)) return { outcome: 'stopped', phase: 'gone', answer, operation }
  const error = call.failure(operation, answer)
  if (error.code === 'not_found') return missing(error, answer, operation)
  // The server time-out is up. The delete goes on if it had begun, but an application that was still being created
  // looks the same from outside, so the application is asked.
  if (answer.status === 504) {
    const state = await readState(call, client, target).catch(() => undefined)
    if (state?.phase === 'gone') return { outcome: 'stopped', phase: 'gone', answer, operation }
    if (state?.phase === 'stopping') {
      return { outcome: 'accepted', phase: state.phase, native: state.native, answer, operation }
    }
  }
  throw error
}
