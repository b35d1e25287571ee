import type { AnswerFields } from '../../core/http/answer-fields.js'
import { phaseWords } from '../../core/words/phase.js'
import type { State } from '../../core/words/state.js'

/** The status words of a task (alibabacloud.com, Function Compute: GetStatefulAsyncInvocation, GetAsyncTask). */
const phaseOfStatus = phaseWords({
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
})

/** The state of a task. Times are milliseconds since 1970; `endTime` is 0 until the end. */
export function stateOf(task: AnswerFields): State {
  const native = task.text('status')
  return {
    phase: phaseOfStatus(native),
    native,
    times: { startedAt: task.time('startedTime'), endedAt: task.time('endTime') },
  }
}
