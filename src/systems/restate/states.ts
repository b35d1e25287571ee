import type { Phase } from '../../core/phase.js'
import { type State, timeOf } from '../../core/state.js'
import { printable } from '../../core/text.js'

/** `sys_invocation.status` of work that has not ended (docs.restate.dev, introspection; all seen on 1.7.12). */
const phaseOfStatus: Readonly<Record<string, Phase>> = {
  scheduled: 'queued',
  pending: 'queued',
  ready: 'queued',
  running: 'running',
  // It will be tried again, so it must be stopped to stop.
  'backing-off': 'running',
  suspended: 'suspended',
  paused: 'suspended',
}

/**
 * The failures that mean "stopped", all of code 409: `Cancelled` is thrown by the SDK, `canceled` comes from the server
 * for an invocation that had not begun, `killed` from the server.
 */
const stoppedFailure: RegExp = /^\[409\] (?:Cancelled|canceled|killed)$/

/** The columns of sys_invocation that tell where an invocation stands; a column without a value is left out. */
export interface InvocationRow {
  readonly status?: string
  readonly completion_result?: string
  readonly completion_failure?: string
  readonly created_at?: string
  readonly running_at?: string
  readonly modified_at?: string
  readonly completed_at?: string
  readonly next_retry_at?: string
  readonly last_failure?: string
}

/** Where an invocation stands; no row means that the server keeps no record of it. */
export function stateOf(row: InvocationRow | undefined): State {
  if (row === undefined) return { phase: 'gone' }
  const times = {
    createdAt: timeOf(row.created_at),
    startedAt: timeOf(row.running_at),
    changedAt: timeOf(row.modified_at),
    endedAt: timeOf(row.completed_at),
  }
  const { status = '', completion_result: result, completion_failure: failure } = row
  if (status !== 'completed') {
    return { phase: phaseOfStatus[status] ?? 'unknown', native: status || undefined, why: whyNotEnded(row), times }
  }
  const native = ['completed', result, failure].filter((word) => word !== undefined).join(' ')
  if (result === 'success') return { phase: 'succeeded', native, times }
  if (result !== 'failure') return { phase: 'unknown', native, times }
  return { phase: stoppedFailure.test(failure ?? '') ? 'stopped' : 'failed', native, times }
}

/**
 * Why an invocation goes on although it may have been asked to end. No column says that a cancel is pending, so these
 * are the reasons for which one would not have landed (measured on 1.7.12).
 */
function whyNotEnded({
  status = '',
  next_retry_at: retryAt,
  last_failure: failure,
}: InvocationRow): string | undefined {
  const because = failure === undefined ? '' : `; its last failure: ${printable(failure)}`
  switch (status) {
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
