import { checkWholeNumber } from '../../core/check/check.js'
import type { OwnOptions, StopRequest } from '../../core/system/definition.js'
import { isBare } from '../../core/words/answer.js'
import { missing, type StopFinding } from '../../core/words/finding.js'
import { earlierTryUnanswered, type Warning } from '../../core/words/warning.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import type { ServiceFabricTarget } from './target.js'

/** The modes of Service Fabric: Delete, and Delete with `ForceRemove=true`. */
export type ServiceFabricMode = 'graceful' | 'force'

/** The options that only `stop()` of Service Fabric has. */
export interface ServiceFabricStopOptions {
  /**
   * How long the cluster may hold the call until the application is gone, in seconds, 1 to 240. It is reduced to what is
   * left of `timeoutMs`.
   * @default the system's `serverTimeoutSeconds`
   */
  readonly serverTimeoutSeconds?: number | undefined
}

/** The part of the total time that is kept for the answer to arrive, in milliseconds. */
const answerMarginMs = 1_000

export const stateMayLeak: Warning = {
  code: 'state-may-leak',
  message: 'replicas were not closed gracefully; stateful services may leave persisted state behind',
}

export const hostMayRun: Warning = {
  code: 'remote-may-run',
  message: 'host processes may still run for a while after the cluster manager has removed the application',
}

/** The factory and `stop()` both have this option. fetch itself waits 300 s, so a held call must end well before that. */
export function checkServerTimeout(value: unknown, fallback = 60): number {
  return checkWholeNumber(value, 'serverTimeoutSeconds', fallback, { most: 240, of: 'seconds' })
}

/** The option after its check. */
interface Checked {
  readonly serverTimeoutSeconds: number
}

/** The option of `stop()`, which has the factory's own as default. */
export function stopOptions(serverTimeoutSeconds: number): OwnOptions<Checked> {
  return {
    names: ['serverTimeoutSeconds'],
    check: (fields) => ({
      serverTimeoutSeconds: checkServerTimeout(fields['serverTimeoutSeconds'], serverTimeoutSeconds),
    }),
  }
}

type Request = StopRequest<ServiceFabricTarget, ServiceFabricMode, Checked>

/**
 * Deletes an application. The cluster answers when the application is gone, or when the server time-out has passed. A
 * plain delete would remove the force from a forced delete that is under way, so the call joins a delete that it sees.
 */
export async function stop({ call, target: { applicationId }, mode, extra, look }: Request): Promise<StopFinding> {
  const { joined } = await look()
  if (joined !== undefined) return joined
  const operation = operations.deleteApplication
  const leftSeconds = (): number => Math.floor((call.tryMs(operation) - answerMarginMs) / 1000)
  const answer = await call.send(operation, () => ({
    path: { applicationId },
    query: {
      'api-version': '6.0' as const,
      ...(mode === 'force' ? { ForceRemove: true } : {}),
      timeout: Math.max(1, Math.min(extra.serverTimeoutSeconds, leftSeconds())),
    },
  }))
  // No other success is documented, so another one is not from the gateway. The documented one has no body.
  if (answer.status === 200 && isBare(answer)) return { outcome: 'stopped', phase: 'gone', answer, operation }
  const error = call.failure(operation, answer)
  const isMissing = call.isMissing(answer)
  // The server time-out has passed. A delete that had begun continues. The answer is the same for an application that was
  // still being created, so the application is read.
  const state = answer.status === 504 ? await readState(call, { applicationId }).catch(() => undefined) : undefined
  if (state?.phase === 'stopping') {
    return { outcome: 'accepted', phase: state.phase, native: state.native, answer, operation }
  }
  if (!isMissing && state?.phase !== 'gone') throw error
  // Only a delete removes an application. A 404, or a 504 and then a 204, does not say whether it ever existed.
  if (call.tally.existed === true) {
    const warnings = call.isDoubtful(operation) ? [earlierTryUnanswered] : []
    return { outcome: 'stopped', phase: 'gone', answer, operation, warnings }
  }
  const hint = 'the cluster has no such application; it is not known whether it ever existed'
  const never = isMissing ? error : call.failure(operation, answer, { code: 'not_found', hint })
  return missing(never, answer, operation)
}
