import type { AnswerFields } from '../../core/answer-fields.js'
import { phaseWords } from '../../core/phase.js'
import type { State } from '../../core/state.js'
import { printable } from '../../core/text.js'
import type { Journal } from './journal.js'

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

/** When the journal says more than the row: an invocation that has failed, or that goes on and may hold a cancel. */
export function needsJournal(row: AnswerFields | undefined): 'never' | 'once' | 'at-end' {
  const status = row?.text('status')
  if (status === 'completed') return row?.text('completion_result') === 'failure' ? 'at-end' : 'never'
  // One that has not begun ends at once when it is cancelled: no signal is left behind.
  return status === undefined || status === 'scheduled' || status === 'pending' ? 'never' : 'once'
}

/**
 * Where an invocation stands, by its row of sys_invocation (a column without a value is left out) and its journal; no
 * row means that the server keeps no record of it. `recordedAt` is when a cancel was written down, from an earlier look.
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
  // A paused one stays so, whatever was recorded, until somebody resumes it.
  const stopping = cancelledAt !== undefined && status !== 'paused' && phase !== 'unknown'
  return { phase: stopping ? 'stopping' : phase, native: status, why, times }
}

/** The server's own words for an end that it made: a kill, or the cancel of an invocation that had not begun. */
const madeByServer = /^\[409\] (?:cancell?ed|killed)$/i

/**
 * What a handler fails with that gave up because of a cancel, in the word of its SDK: `Cancelled` (TypeScript),
 * `cancelled` (Python, Rust, Go), `Error 409` (Java and Kotlin). Its code, 409, is not enough: that is also the code of
 * an ordinary conflict.
 */
const gaveUp = /^(?:\[409\] )?(?:cancell?ed|killed|Error 409)$/i

function endOf(row: AnswerFields, journal: Journal | undefined): Omit<State, 'times'> {
  const result = row.text('completion_result')
  const failure = row.text('completion_failure') ?? ''
  const native = ['completed', result, failure || undefined].filter((word) => word !== undefined).join(' ')
  if (result === 'success') return { phase: 'succeeded', native }
  if (result !== 'failure') return { phase: 'unknown', native }
  if (journal === undefined) {
    // Only the words are left. Other ones may hide a cancel whose clean-up failed, or an SDK of yet other words.
    if (madeByServer.test(failure)) return { phase: 'stopped', native }
    const why = 'it failed; the server does not show its journal, so it is not known whether a cancel is the reason'
    return { phase: 'failed', native, unexplained: true, why }
  }
  if (!journal.hasOutput && madeByServer.test(failure)) return { phase: 'stopped', native }
  // The handler's own end: also `killed`, which is then what its child failed with.
  if (journal.cancelledAt === undefined) return { phase: 'failed', native }
  if (journal.hasOutput && gaveUp.test(failure)) return { phase: 'stopped', native }
  const why = `a cancel was recorded at ${journal.cancelledAt}, and then it failed with another error; perhaps its clean-up failed`
  return { phase: 'failed', native, unexplained: true, why }
}

/** Why an invocation goes on although it has been, or may have been, asked to end (measured on 1.7.12). */
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
