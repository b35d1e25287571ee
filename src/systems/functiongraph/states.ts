import type { Phase } from '../../core/phase.js'
import { type State, timeOf } from '../../core/state.js'

/** The status words of an asynchronous invocation (support.huaweicloud.com, ListAsyncInvocations). */
const phaseOfStatus: Readonly<Record<string, Phase>> = {
  WAIT: 'queued',
  RUNNING: 'running',
  SUCCESS: 'succeeded',
  FAIL: 'failed',
  // Dropped before it ran.
  DISCARD: 'expired',
}

/**
 * The code of "function invocation canceled". Documented for the requests that end along with a cancelled one; that the
 * cancelled one fails with it too is expected, not established. There is no status word for it.
 */
const cancelledCode = 4208

/** The fields of a record that tell where a request stands. Times are UTC without a zone. */
export interface InvocationRecord {
  readonly status?: string
  readonly error_code?: number
  readonly start_time?: string
  readonly end_time?: string
}

export function stateOf(record: InvocationRecord | undefined): State {
  // Records are kept only where the function has been told to (enable_async_status_log), so none says nothing.
  if (record === undefined) {
    return { phase: 'unknown', why: 'no record: the function may not keep the status of asynchronous invocations' }
  }
  const { status = '', error_code: code } = record
  const cancelled = status === 'FAIL' && code === cancelledCode
  return {
    phase: cancelled ? 'stopped' : (phaseOfStatus[status] ?? 'unknown'),
    native: cancelled ? `FAIL ${cancelledCode}` : status,
    times: { startedAt: utc(record.start_time), endedAt: utc(record.end_time) },
  }
}

function utc(time: string | undefined): Date | undefined {
  return timeOf(time === undefined || /[zZ]$|[+-]\d\d:?\d\d$/.test(time) ? time : `${time}Z`)
}
