import type { Phase } from '../../core/phase.js'
import type { State } from '../../core/state.js'

/** `sys_invocation.status` of work that has not ended (docs.restate.dev, introspection; all seen on 1.7.12). */
export const phaseOfStatus: Readonly<Record<string, Phase>> = {
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
export const stoppedFailure: RegExp = /^\[409\] (?:Cancelled|canceled|killed)$/

/** The columns of sys_invocation that tell where an invocation stands. */
export interface InvocationRow {
  readonly status?: string
  readonly completion_result?: string
  readonly completion_failure?: string
}

/** Where an invocation stands; no row means that the server keeps no record of it. */
export function stateOf(row: InvocationRow | undefined): State {
  if (row === undefined) return { phase: 'gone' }
  const { status = '', completion_result: result, completion_failure: failure } = row
  if (status !== 'completed') return { phase: phaseOfStatus[status] ?? 'unknown', native: status }
  if (result === 'success') return { phase: 'succeeded', native: 'completed success' }
  if (result !== 'failure') return { phase: 'unknown', native: `completed ${result ?? ''}`.trim() }
  return {
    phase: stoppedFailure.test(failure ?? '') ? 'stopped' : 'failed',
    native: `completed failure ${failure ?? ''}`.trim(),
  }
}
