import type { AnswerFields } from '../../core/http/answer-fields.js'
import { phaseWords } from '../../core/words/phase.js'
import { type State, timeOf } from '../../core/words/state.js'

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
 * The code of "function invocation canceled". It is documented for the requests that end together with a cancelled one.
 * The cancelled request itself is expected to have it too, but no source says so. There is no status word for it.
 */
const cancelledCode = 4208

/** The end that a record reports. A failure may have been caused by a cancel or by the function itself. */
function endOf(record: AnswerFields): Pick<State, 'phase' | 'native' | 'unexplained' | 'why'> {
  const native = record.text('status')
  const code = native === 'FAIL' ? record.number('error_code') : undefined
  if (code === cancelledCode) return { phase: 'stopped', native: `FAIL ${cancelledCode}` }
  const phase = phaseOfStatus(native)
  if (phase !== 'failed' && phase !== 'expired') return { phase, native }
  const words = code === undefined ? native : `${native} with the code ${code}`
  return { phase, native, unexplained: true, why: `the record says ${words}, but not whether a cancel is the reason` }
}

/** The state of a request by its record. The times of a record are UTC without a zone. */
export function stateOf(record: AnswerFields | undefined): State {
  // Records are kept only if the function has `enable_async_status_log`, so a missing record proves nothing.
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
