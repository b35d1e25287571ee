import type { Phase } from '../../core/phase.js'
import { type State, timeOf } from '../../core/state.js'

/** The status words of a task (alibabacloud.com, Function Compute: GetStatefulAsyncInvocation, GetAsyncTask). */
const phaseOfStatus: Readonly<Record<string, Phase>> = {
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

/** The fields of a task that tell where it stands. Times are milliseconds since 1970; `endTime` is 0 until the end. */
export interface TaskFields {
  readonly status?: string | null
  readonly startedTime?: number | null
  readonly endTime?: number | null
}

export function stateOf(task: TaskFields | null | undefined): State {
  const native = task?.status ?? undefined
  return {
    phase: phaseOfStatus[native ?? ''] ?? 'unknown',
    native,
    times: { startedAt: timeOf(task?.startedTime), endedAt: timeOf(task?.endTime) },
  }
}
