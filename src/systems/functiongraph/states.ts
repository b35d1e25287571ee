import type { AnswerFields } from '../../core/answer-fields.js'
import { phaseWords } from '../../core/phase.js'
import { type State, timeOf } from '../../core/state.js'

/** The status words of an asynchronous invocation (support.huaweicloud.com, ListAsyncInvocations). */
const phaseOfStatus = phaseWords({
  WAIT: 'queued',
  RUNNING: 'running',
  SUCCESS: 'succeeded',
  FAIL: 'failed',
  // Dropped before it ran.
  DISCARD: 'expired',
})

/**
 * The code of "function invocation canceled". Documented for the requests that end along with a cancelled one; that the
 * cancelled one fails with it too is expected, not established. There is no status word for it.
 */
const cancelledCode = 4208

/** What a record says of an end that may be the work of a cancel as well as its own. */
function endOf(record: AnswerFields): Pick<State, 'phase' | 'native' | 'unexplained' | 'why'> {
  const native = record.text('status')
  const code = native === 'FAIL' ? record.number('error_code') : undefined
  if (code === cancelledCode) return { phase: 'stopped', native: `FAIL ${cancelledCode}` }
  const phase = phaseOfStatus(native)
  if (phase !== 'failed' && phase !== 'expired') return { phase, native }
  const words = code === undefined ? native : `${native} with the code ${code}`
  return { phase, native, unexplained: true, why: `the record says ${words}, but not whether a cancel is the reason` }
}

/** Where a request stands by its record, whose times are UTC without a zone. */
export function stateOf(record: AnswerFields | undefined): State {
  // Records are kept only where the function has been told to (enable_async_status_log), so none says nothing.
  if (record === undefined) {
    return { phase: 'unknown', why: 'no record: the function may not keep the status of asynchronous invocations' }
  }
  return {
    ...endOf(record),
    times: { startedAt: record.time('start_time', utc), endedAt: record.time('end_time', utc) },
  }
}

function utc(time: string | number): Date | undefined {
  return timeOf(typeof time === 'number' || /[zZ]$|[+-]\d\d:?\d\d$/.test(time) ? time : `${time}Z`)
}
