import type { AnswerFields } from '../../core/answer-fields.js'
import { phaseWords } from '../../core/phase.js'
import type { State } from '../../core/state.js'
import { printable } from '../../core/text.js'

/** `sys_invocation.status` of work that has not ended (docs.restate.dev, introspection; all seen on 1.7.12). */
const phaseOfStatus = phaseWords({
  scheduled: 'queued',
  pending: 'queued',
  ready: 'queued',
  running: 'running',
  // It will be tried again, so it must be stopped to stop.
  'backing-off': 'running',
  suspended: 'suspended',
  paused: 'suspended',
})

/**
 * The failures that mean "stopped", all of code 409: `Cancelled` is thrown by the SDK, `canceled` comes from the server
 * for an invocation that had not begun, `killed` from the server.
 */
const stoppedFailure: RegExp = /^\[409\] (?:Cancelled|canceled|killed)$/

/**
 * Where an invocation stands, by its row of sys_invocation (a column without a value is left out); no row means that
 * the server keeps no record of it.
 */
export function stateOf(row: AnswerFields | undefined): State {
  if (row === undefined) return { phase: 'gone' }
  const times = {
    createdAt: row.time('created_at'),
    startedAt: row.time('running_at'),
    changedAt: row.time('modified_at'),
    endedAt: row.time('completed_at'),
  }
  const status = row.text('status')
  if (status !== 'completed') return { phase: phaseOfStatus(status), native: status, why: whyNotEnded(row), times }
  const result = row.text('completion_result')
  const failure = row.text('completion_failure')
  const native = ['completed', result, failure].filter((word) => word !== undefined).join(' ')
  if (result === 'success') return { phase: 'succeeded', native, times }
  if (result !== 'failure') return { phase: 'unknown', native, times }
  return { phase: stoppedFailure.test(failure ?? '') ? 'stopped' : 'failed', native, times }
}

/**
 * Why an invocation goes on although it may have been asked to end. No column says that a cancel is pending, so these
 * are the reasons for which one would not have landed (measured on 1.7.12).
 */
function whyNotEnded(row: AnswerFields): string | undefined {
  const retryAt = row.text('next_retry_at')
  const failure = row.text('last_failure')
  const because = failure === undefined ? '' : `; its last failure: ${printable(failure)}`
  switch (row.text('status')) {
    case 'backing-off':
      return `backing off: a cancel lands at the next try, at ${retryAt ?? 'a time not told'}${because}`
    case 'paused':
      return `paused: a cancel resumes it, and fails if it pauses again${because}`
    case 'running':
      return `running: a cancel lands when the handler awaits something of its context${because}`
    case 'ready':
      return 'ready: a cancel lands when it gets a slot to run in'
    default:
      return undefined
  }
}
