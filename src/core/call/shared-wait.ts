import { asked, located } from '../http/place.js'
import { startAttemptSignal } from '../time/attempt-signal.js'
import { asStopError } from '../words/identity.js'
import type { Operation } from '../words/operation.js'
import type { CallParts } from './basis.js'
import { callError } from './failure.js'
import { inNameOf, type Progress, stepOf } from './progress.js'

/** What several calls wait for. */
export interface SharedWork<T> {
  readonly result: Promise<T>
  /** Of the call that does it. */
  readonly progress: Progress
  /** Whether it has changed something by now. @default no */
  readonly mayHaveArrived?: () => boolean
}

/** Waits for something that several calls share, but no longer than `remainingMs` and the signal of this call allow. */
export async function waitForShared<T>(
  parts: CallParts,
  operation: Operation,
  { result, progress, mayHaveArrived = () => false }: SharedWork<T>,
  remainingMs: number,
): Promise<T> {
  const { identity, options } = parts
  parts.progress.shared = progress
  const waiting = startAttemptSignal(remainingMs, [options.signal])
  try {
    return await waiting.race(result)
  } catch (thrown) {
    const ambiguous = mayHaveArrived()
    const place = stepOf(progress)
    if (waiting.ended() === 'aborted') {
      const what = asked("aborted by the caller's signal", place)
      throw callError(parts, operation, 'aborted', what, { ambiguous })
    }
    if (waiting.ended() === 'timeout' && progress.failed !== undefined) {
      throw inNameOf(identity, progress.failed, progress)
    }
    if (waiting.ended() === 'timeout') {
      const what = located(`no answer within ${Math.round(options.timeoutMs)} ms`, 'from', place)
      throw callError(parts, operation, 'deadline_exceeded', what, { ambiguous })
    }
    throw inNameOf(identity, asStopError(thrown, identity, operation.id), progress)
  } finally {
    parts.progress.place = stepOf(progress)
    parts.progress.shared = undefined
    waiting.close()
  }
}
