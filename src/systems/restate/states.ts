import type { AnswerFields } from '../../core/http/answer-fields.js'
import { phaseWords } from '../../core/words/phase.js'
import type { State } from '../../core/words/state.js'
import { printable } from '../../core/words/text.js'
import type { Journal } from './journal.js'

/** `sys_invocation.status` of work that has not ended (docs.restate.dev, introspection; all seen on 1.7.12). */
const phaseOfStatus = phaseWords({
  scheduled: 'queued',
  pending: 'queued',
  ready: 'queued',
  running: 'running',
  // The server will retry it, so it has not ended.
  'backing-off': 'running',
  suspended: 'suspended',
  paused: 'suspended',
})

/** When the journal says more than the row: for an invocation that failed, or that runs and may have a cancel. */
export function needsJournal(row: AnswerFields | undefined): 'never' | 'while-running' | 'at-end' {
  const status = row?.text('status')
  if (status === 'completed') return row?.text('completion_result') === 'failure' ? 'at-end' : 'never'
  // An invocation that has not begun ends at once when it is cancelled, so its journal has no signal.
  return status === undefined || status === 'scheduled' || status === 'pending' ? 'never' : 'while-running'
}

/**
 * The state of an invocation by its row of sys_invocation and its journal. The server omits columns without a value.
 * Without a row the server has no record. `recordedAt` is the time of a recorded cancel, from an earlier read.
 */
export function stateOf(row: AnswerFields | undefined, journal?: Journal, recordedAt?: string): State {
  if (row === undefined) return { phase: 'gone' }
  const times = {
    createdAt: row.time('created_at'),
    startedAt: row.time('running_at'),
    changedAt: row.time('modified_at'),
    endedAt: row.time('completed_at'),
  }
  const status = row.text('status')
  if (status === 'completed') return { ...endOf(row, journal), times }
  const phase = phaseOfStatus(status)
  const cancelledAt = journal?.cancelledAt ?? recordedAt
  const why = whyNotEnded(row, cancelledAt)
  // A paused invocation stays paused until it is resumed, also with a recorded cancel.
  const stopping = cancelledAt !== undefined && status !== 'paused' && phase !== 'unknown'
  return { phase: stopping ? 'stopping' : phase, native: status, why, times }
}

/** The failure that the server itself records for a kill, or for the cancel of an invocation that had not begun. */
const madeByServer = /^\[409\] (?:cancell?ed|killed)$/i

/**
 * The failure of a handler that ended because of a cancel, as its SDK writes it: `Cancelled` (TypeScript), `cancelled`
 * (Python, Rust, Go), `Error 409` (Java and Kotlin). The code 409 is not enough, because an ordinary conflict has it too.
 */
const gaveUp = /^(?:\[409\] )?(?:cancell?ed|killed|Error 409)$/i

function endOf(row: AnswerFields, journal: Journal | undefined): Omit<State, 'times'> {
  const result = row.text('completion_result')
  const failure = row.text('completion_failure') ?? ''
  const native = ['completed', result, failure || undefined].filter((word) => word !== undefined).join(' ')
  if (result === 'success') return { phase: 'succeeded', native }
  if (result !== 'failure') return { phase: 'unknown', native }
  if (journal === undefined) {
    // Only the text of the failure is left. Another text may come from a failed clean-up, or from another SDK.
    if (madeByServer.test(failure)) return { phase: 'stopped', native }
    const why = 'it failed; the server does not show its journal, so it is not known whether a cancel is the reason'
    return { phase: 'failed', native, unexplained: true, why }
  }
  if (!journal.hasOutput && madeByServer.test(failure)) return { phase: 'stopped', native }
  // The handler failed by itself. `killed` is then the failure of its child.
  if (journal.cancelledAt === undefined) return { phase: 'failed', native }
  if (journal.hasOutput && gaveUp.test(failure)) return { phase: 'stopped', native }
  const why = `a cancel was recorded at ${journal.cancelledAt}, and then it failed with another error; perhaps its clean-up failed`
  return { phase: 'failed', native, unexplained: true, why }
}

/** Why an invocation still runs although a stop was, or may have been, sent (measured on 1.7.12). */
function whyNotEnded(row: AnswerFields, cancelledAt: string | undefined): string | undefined {
  const recorded = cancelledAt === undefined ? '' : `cancel recorded at ${cancelledAt}; `
  const retryAt = row.text('next_retry_at')
  const failure = row.text('last_failure')
  const because = failure === undefined ? '' : `; its last failure: ${printable(failure)}`
  switch (row.text('status')) {
    case 'backing-off':
      return `${recorded}backing off: a cancel takes effect at the next try, at ${retryAt ?? 'an unknown time'}${because}`
    case 'paused':
      return recorded === ''
        ? `paused: a cancel resumes it, and fails if it pauses again${because}`
        : `${recorded}paused: the cancel takes effect when the invocation is resumed${because}`
    case 'ready':
      return `${recorded}ready: a cancel takes effect when the invocation gets a slot to run`
    case 'running':
      if (recorded === '') return 'running: a cancel takes effect at the next await of the context in the handler'
  }
  return recorded === '' ? undefined : `${recorded}the handler may have caught and ignored it`
}
