import type { Phase } from '../../core/phase.js'
import type { State } from '../../core/state.js'

/** The status words of a task (alibabacloud.com, Function Compute: GetStatefulAsyncInvocation, GetAsyncTask). */
export const phaseOfStatus: Readonly<Record<string, Phase>> = {
  Enqueued: 'queued',
  Dequeued: 'queued',
  Running: 'running',
  Retrying: 'running',
  Stopping: 'stopping',
  Stopped: 'stopped',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Expired: 'expired',
  Invalid: 'failed',
}

export function stateOf(status: string | undefined): State {
  return { phase: phaseOfStatus[status ?? ''] ?? 'unknown', native: status }
}
